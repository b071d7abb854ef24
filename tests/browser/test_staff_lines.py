"""A person answers on an open page: under their name, and corrected or taken back where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update
from sqlalchemy.engine import Engine

from bot.conversation import Reply
from bot.post import outbox
from bot.post.clock import now
from bot.store.tables import message
from procedures.database import connect
from tests.bot.handover import kit
from tests.browser.conftest import Site
from tests.browser.test_chat import ask

pytestmark = pytest.mark.browser


@pytest.fixture
def database(site: Site, tmp_path: Path) -> Engine:
    return connect(f"sqlite:///{tmp_path}/t.db")


def reply(database: Engine, text: str) -> int:
    with database.begin() as connection:
        officer = kit.person(connection, name="Nông Thị Lan")
        return outbox.post(connection, 1, "web", Reply(text), None, staff_id=officer)


def change(database: Engine, line: int, **values: object) -> None:
    with database.begin() as connection:
        connection.execute(update(message).where(message.c.id == line).values(**values))


def test_given_a_person_who_answers_when_they_correct_themselves_then_the_line_changes_where_it_stands(
    database: Engine, page: Page
) -> None:
    ask(page, "khai sinh")
    texts = page.locator("#log .text")
    expect(texts).to_have_count(2)
    line = reply(database, "Chào anh")
    expect(page.locator("#log .who")).to_have_text(["Cán bộ Nông Thị Lan"], timeout=10_000)
    ask(page, "cảm ơn")
    expect(texts).to_have_count(5)
    change(database, line, text="Chào chị", edited_at=now())
    place = page.locator(f"#m{line}")
    expect(place.locator(".text")).to_have_text("Chào chị", timeout=10_000)
    expect(place.locator(".when")).to_contain_text("đã sửa")
    change(database, line, recalled_at=now())
    expect(place.locator(".text")).to_have_text("Cán bộ đã thu hồi tin này.", timeout=10_000)
    expect(page.locator("#log > article")).to_have_count(5)
    assert page.locator("#log > article").nth(2).get_attribute("id") == f"m{line}"
