"""The ask box: the engine answers upon the draft, and nothing of it remains."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update
from starlette.testclient import TestClient

from bot import trying
from bot.conversation.answer import Readiness
from bot.post.clock import ago
from bot.post.inbox import open_conversation
from bot.store.tables import conversation, inbox, message, outbox, turn
from bot.store.vault_tables import sealed
from procedures import catalogue
from tests.bot.console.drafts import begun, opened, save
from tests.bot.desk.conftest import Desk
from tests.bot.desk.door import HX


@pytest.fixture
def reading(stocked: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """With an engine that says what the catalogue tells it."""
    monkeypatch.setenv("MOTCUA_DATABASE_URL", stocked.settings.database_url)

    def words(text: str, payload: str) -> str:
        view = catalogue.current_view()
        hit = view.search(text)
        told = view.by_code(hit[0].code) if hit else None
        return f"{told.title}: {told.ways[2].fees[0].text}" if told else "không biết"

    monkeypatch.setattr(stocked.engine, "words", words)
    return stocked


def test_given_a_draft_when_the_bot_is_asked_then_it_answers_upon_the_draft(reading: Desk, bien: TestClient) -> None:
    edit = begun(bien)
    new = {"way.2.fee.0.text": "77.000 đồng", "way.2.fee.0.amount": "77000"}
    sent = opened(bien, edit)
    save(bien, edit, sent | new | {"aliases": sent["aliases"] + "\nxin tờ giấy hồng cho cháu"}, **HX)
    told = bien.post(
        f"/admin/edits/{edit}/ask", data={"q": "xin tờ giấy hồng cho cháu", "face": "telegram"}, headers=HX
    )
    assert "Đăng ký khai sinh: 77.000 đồng" in told.text
    page = bien.post(f"/admin/edits/{edit}/ask", data={"q": "khai sinh"})
    assert page.status_code == 200 and "77.000 đồng" in page.text


def test_given_a_question_to_a_draft_when_it_is_answered_then_nothing_of_it_remains(
    reading: Desk, bien: TestClient
) -> None:
    edit = begun(bien)
    bien.post(f"/admin/edits/{edit}/ask", data={"q": "khai sinh, căn cước 004199012345"}, headers=HX)
    with reading.rows() as connection:
        for table in (conversation, inbox, message, outbox, turn, sealed):
            assert connection.execute(select(func.count()).select_from(table)).scalar() == 0


def test_given_no_engine_when_the_bot_is_asked_then_the_page_says_so(stocked: Desk, bien: TestClient) -> None:
    edit = begun(bien)
    stocked.engine.readiness = Readiness.FAILED
    told = bien.post(f"/admin/edits/{edit}/ask", data={"q": "khai sinh"}, headers=HX)
    assert told.status_code == 200 and 'class="notice"' in told.text
    stocked.engine.readiness = Readiness.READY


def test_given_an_engine_that_fails_when_it_is_asked_then_the_page_says_so(
    reading: Desk, bien: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(text: str, payload: str) -> str:
        raise RuntimeError(text)

    monkeypatch.setattr(reading.engine, "words", fails)
    edit = begun(bien)
    told = bien.post(f"/admin/edits/{edit}/ask", data={"q": "khai sinh"}, headers=HX)
    assert told.status_code == 200 and 'class="notice"' in told.text


def test_given_a_question_that_nobody_read_when_time_has_passed_then_it_is_forgotten(stocked: Desk) -> None:
    with stocked.rows() as connection:
        old = open_conversation(connection, trying.CHANNEL, "1.x")
        connection.execute(update(conversation).where(conversation.c.id == old).values(created_at=ago(3600)))
        kept = open_conversation(connection, trying.CHANNEL, "1.y")
    trying.forget_old(stocked.database)
    with stocked.rows() as connection:
        assert connection.execute(select(conversation.c.id)).scalars().all() == [kept]
