"""The door to a guide, and its checklist, in a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, expect
from sqlalchemy import insert

from bot import guides
from bot.post.clock import now
from bot.store.tables import conversation
from procedures.catalogue import SEEDS
from procedures.database import connect
from procedures.guides.state import Guide
from procedures.importers.seeds import read_seeds
from procedures.store import take_in
from tests.browser.conftest import PHONE, Site

pytestmark = pytest.mark.browser
TOKEN = "7k4p9m2xqr"


@pytest.fixture(autouse=True)
def stored(site: Site, tmp_path: Path) -> None:
    database = connect(f"sqlite:///{tmp_path}/t.db")
    take_in(database, (row for row in read_seeds(SEEDS) if row.procedure.code == "1.001193"))
    state = Guide(TOKEN, "1.001193", tag="bà Lan", ticks={"Tờ khai đăng ký khai sinh": "have"}).to_dict()
    with database.begin() as connection:
        connection.execute(insert(conversation).values(channel="web", address="a", created_at=now()))
        guides.keep(connection, 1, {"guide": state, "ticks": state["ticks"], "untick": []})


@pytest.mark.parametrize("scripts", [True, False])
def test_given_a_link_from_a_wall_when_pressed_then_the_chat_is_told_which_guide(
    site: Site, chromium: Browser, scripts: bool
) -> None:
    page = site.open(chromium.new_context(viewport=PHONE, java_script_enabled=scripts))
    page.goto("about:blank")
    page.goto(site.address + ("/#1.001193" if scripts else "/start/1.001193"))
    page.get_by_role("button", name="Bắt đầu hướng dẫn").click()
    expect(page.locator(".citizen")).to_contain_text("Hướng dẫn từng bước: Đăng ký khai sinh")
    assert site.engine.heard == [
        ("Hướng dẫn từng bước: Đăng ký khai sinh", '/guide{"do": "start", "code": "1.001193"}')
    ]
    page.context.close()


@pytest.mark.parametrize("width", [320, 360, 1280])
@pytest.mark.parametrize("language", ["vi", "en", "zh"])
def test_given_a_checklist_when_opened_then_it_fits_and_everybody_can_read_it(
    site: Site, context: BrowserContext, width: int, language: str
) -> None:
    page = site.open(context)
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(f"{site.address}/g/{TOKEN}?lang={language}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.locator(".papers li")).to_have_count(4)
    expect(page.locator(".papers li.have")).to_have_count(1)
    serious = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
    assert serious == []


def test_given_a_checklist_when_printed_then_it_is_one_side_without_links(site: Site, context: BrowserContext) -> None:
    page = site.open(context)
    page.goto(f"{site.address}/g/{TOKEN}")
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="English")).to_be_hidden()
    assert page.pdf(format="A4", prefer_css_page_size=True).count(b"/Type /Page\n") == 1
