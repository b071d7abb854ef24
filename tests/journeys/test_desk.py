"""Citizen and staff: the real service with the trained model, fakes of the providers, and browsers of the officers."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, TimeoutError, expect
from sqlalchemy import update

from bot.accounts.people import Role
from bot.post.worker import Loadable
from bot.store.desk_tables import handover, staff
from bot.words import words
from tests.browser.conftest import PHONE, chromium, playwright  # noqa: F401  # fixtures
from tests.journeys.desk_town import PASSWORD, DeskTown, open_town

pytestmark = [pytest.mark.model, pytest.mark.browser]
ASKS = "cho tôi gặp cán bộ"
QUESTION = "con em moi sinh lam giay khai sinh can giay to gi"


@pytest.fixture
def town(
    engine_of_the_day: Loadable,
    catalogue_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    chromium: Browser,  # noqa: F811
) -> Iterator[DeskTown]:
    with open_town(engine_of_the_day, catalogue_url, tmp_path, monkeypatch, chromium) as opened:
        yield opened


def reply(page: Page, text: str) -> None:
    """Types and sends."""
    page.get_by_label("Trả lời bằng").fill(text)
    page.get_by_role("button", name="Gửi", exact=True).click()
    expect(page.locator(".line.staff").last).to_contain_text(text)


def take(page: Page) -> None:
    """Takes the first case of the list."""
    page.locator("#rows .row").first.get_by_role("button", name="Nhận").click()
    expect(page.locator("#words")).to_be_visible()


def serious(page: Page) -> list[str]:
    """What axe finds that keeps somebody out."""
    found = Axe().run(page).response["violations"]
    grave = [one for one in found if one["impact"] in ("serious", "critical")]
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in grave]


@pytest.mark.parametrize("channel", ["zalo-oa", "telegram"])
def test_given_a_hard_case_when_two_officers_answer_it_then_the_citizen_rates_and_the_bot_goes_on(
    town: DeskTown, channel: str
) -> None:
    lan, hoa = town.officer("lan", "Nông Thị Lan"), town.officer("hoa", "Lý Thị Hoa")
    citizen = town.citizen(channel)
    citizen.says(QUESTION)
    told = citizen.says(ASKS)
    assert "trước anh/chị" in told and "cán bộ" in told

    # The list has them without a reload; one click takes it.
    expect(lan.locator("#rows .row")).to_have_count(1)
    take(lan)
    citizen.hears("Nông Thị Lan")
    expect(lan.locator("#log")).to_contain_text(QUESTION)
    lan.get_by_text(re.compile("Câu soạn sẵn")).last.click()
    lan.locator(".insert").first.click()
    ready = lan.locator("#words").input_value()
    assert ready
    lan.get_by_role("button", name="Gửi", exact=True).click()
    citizen.hears(ready.splitlines()[0][:40])

    # While a person owns it the bot is silent, and what the citizen writes is on screen.
    assert citizen.says("lệ phí bao nhiêu") == ""
    expect(lan.locator(".line.citizen").last).to_contain_text("lệ phí bao nhiêu")

    lan.get_by_text("Chuyển việc").click()
    lan.get_by_label("Chuyển đến").select_option(label="Lý Thị Hoa")
    lan.get_by_label("Lời nhắn cho người nhận").fill("Chị Hoa rõ việc này hơn")
    lan.get_by_role("button", name="Chuyển", exact=True).click()
    expect(lan.locator("#acts")).to_contain_text("Lý Thị Hoa đang nhận việc này")
    citizen.hears("Lý Thị Hoa")

    hoa.get_by_role("link", name="Của tôi").click()
    hoa.locator("#rows .row a").first.click()
    expect(hoa.locator("#log")).to_contain_text("Chị Hoa rõ việc này hơn")
    reply(hoa, "Không mất lệ phí chị nhé")
    citizen.hears("Không mất lệ phí chị nhé")
    hoa.get_by_role("button", name="Xong: đã trả lời").click()
    expect(hoa.locator("#acts")).to_contain_text("Việc đã đóng")

    # Told once it cannot be undone; then stars, and the bot again.
    citizen.hears("đã kết thúc phần trả lời")
    citizen.presses(words().say("after.star.5", "vi"))
    (case,) = town.rows(handover)
    assert (case.rating, case.outcome, case.status) == (5, "answered", "closed")
    assert "khai sinh" in citizen.says("làm lại giấy khai sinh cần gì").lower()


def test_given_a_citizen_of_the_web_when_an_officer_answers_then_both_read_it_at_once(town: DeskTown) -> None:
    lan, citizen = town.officer("lan", "Nông Thị Lan"), town.browser(viewport=PHONE)
    citizen.goto(town.site)
    citizen.locator("#box").fill(ASKS)
    citizen.keyboard.press("Enter")
    expect(lan.locator("#rows .row")).to_have_count(1, timeout=20_000)
    take(lan)
    expect(citizen.locator("#log")).to_contain_text("Nông Thị Lan")
    reply(lan, "Chào anh, tôi là Lan đây ạ <b>nhé</b>")
    expect(citizen.locator("#log")).to_contain_text("Chào anh, tôi là Lan đây ạ <b>nhé</b>")
    citizen.locator("#box").fill("dạ cảm ơn chị")
    citizen.keyboard.press("Enter")
    expect(lan.locator(".line.citizen").last).to_contain_text("dạ cảm ơn chị")
    lan.get_by_role("button", name="Xong: đã trả lời").click()
    citizen.get_by_role("button", name=words().say("after.star.4", "vi")).click(timeout=20_000)
    expect(citizen.locator("#log .citizen").last).to_contain_text(words().say("after.star.4", "vi"))
    expect(lan.locator("#log")).to_contain_text("chấm 4/5")
    citizen.locator("#box").fill(QUESTION)
    citizen.keyboard.press("Enter")
    expect(citizen.locator("#log .bot").last).to_contain_text("chứng sinh", timeout=20_000)


def test_given_an_office_that_is_closed_when_somebody_asks_then_they_read_when_it_opens_and_leave_a_number(
    town: DeskTown,
) -> None:
    today = datetime.now(timezone(timedelta(hours=7))).weekday()
    town.hours([[] if day == today else [["07:30", "11:30"], ["13:30", "17:00"]] for day in range(7)])
    lan, citizen = town.officer("lan", "Nông Thị Lan"), town.citizen("zalo-oa")
    told = citizen.says(ASKS)
    assert "07:30" in told, told
    citizen.says("0912 345 678")
    expect(lan.locator("#rows .row")).to_have_count(1)
    lan.locator("#rows .row > a").click()
    lan.locator("#claim").click()
    expect(lan.get_by_text("Anh/chị đang nhận việc này")).to_be_visible()
    lan.get_by_role("button", name="Xem số điện thoại để gọi lại").click()
    expect(lan.get_by_role("link", name="0912345678")).to_be_visible()
    # What comes meanwhile draws the head of the case anew.
    citizen.says("alo")
    expect(lan.locator("#log").get_by_text("alo")).to_be_visible()
    expect(lan.get_by_role("link", name="0912345678")).to_be_visible()


def test_given_two_officers_when_both_click_then_one_has_it_and_the_other_reads_who(town: DeskTown) -> None:
    lan, hoa = town.officer("lan", "Nông Thị Lan"), town.officer("hoa", "Lý Thị Hoa")
    town.citizen("telegram").says(ASKS)
    for page in (lan, hoa):
        page.locator("#rows .row > a").click()
        expect(page.locator("#claim")).to_be_visible()
    # What the second one sees is older than the click of the first.
    hoa.route("**/desk/events*", lambda route: route.abort())
    lan.locator("#claim").click()
    expect(lan.locator("#words")).to_be_visible()
    late = hoa.request.post(f"{hoa.url.split('?')[0]}/claim", headers={"hx-request": "true"})
    assert late.status == 409 and "Nông Thị Lan" in late.text()
    expect(hoa.locator("#acts")).to_contain_text("Nông Thị Lan đang nhận việc này")


def test_given_a_connection_that_is_cut_when_it_is_back_then_what_came_meanwhile_is_there(town: DeskTown) -> None:
    lan, citizen = town.officer("lan", "Nông Thị Lan"), town.citizen("telegram")
    citizen.says(ASKS)
    take(lan)
    lan.get_by_label("Trả lời bằng").fill("Đang viết dở")
    lan.route("**/desk/events*", lambda route: route.abort())
    town.cut()
    expect(lan.locator("#net")).to_be_visible(timeout=15_000)
    citizen.says("chị ơi em hỏi thêm")
    expect(lan.locator("#log")).not_to_contain_text("em hỏi thêm")
    lan.unroute("**/desk/events*")
    expect(lan.locator("#log")).to_contain_text("em hỏi thêm", timeout=60_000)
    assert lan.locator("#words").input_value() == "Đang viết dở"
    expect(lan.locator("#net")).to_be_hidden(timeout=15_000)


def test_given_a_session_that_ends_while_writing_when_signed_in_again_then_the_words_are_sent(town: DeskTown) -> None:
    lan, citizen = town.officer("lan", "Nông Thị Lan"), town.citizen("telegram")
    citizen.says(ASKS)
    take(lan)
    lan.get_by_label("Trả lời bằng").fill("Chị mang căn cước nhé")
    with town.database.begin() as connection:
        connection.execute(update(staff).values(epoch=staff.c.epoch + 1))
    # The stream may notice before the reply does; then the dialog lies over the button already.
    with contextlib.suppress(TimeoutError):
        lan.get_by_role("button", name="Gửi", exact=True).click(timeout=1000)
    expect(lan.locator("#signed-out")).to_be_visible(timeout=15_000)
    with lan.context.expect_page() as opened:
        lan.get_by_role("link", name="Đăng nhập ở thẻ mới").click()
    door = opened.value
    door.get_by_label("Tên đăng nhập").fill("lan")
    door.get_by_label("Mật khẩu").fill(PASSWORD)
    door.get_by_role("button", name="Đăng nhập").click()
    expect(door.get_by_role("heading", level=1)).to_have_text("Của tôi")
    lan.bring_to_front()
    # The page notices by itself, or is told.
    with contextlib.suppress(TimeoutError):
        lan.get_by_role("button", name="Đã đăng nhập lại").click(timeout=1000)
    expect(lan.locator("#signed-out")).to_be_hidden(timeout=15_000)
    assert lan.locator("#words").input_value() == "Chị mang căn cước nhé"
    lan.get_by_role("button", name="Gửi", exact=True).click()
    citizen.hears("Chị mang căn cước nhé")


def test_given_only_a_keyboard_when_a_case_comes_then_it_is_found_taken_and_answered(town: DeskTown) -> None:
    lan, citizen = town.officer("lan", "Nông Thị Lan"), town.citizen("telegram")
    citizen.says(ASKS)
    expect(lan.locator("#rows .row")).to_have_count(1)
    lan.keyboard.press("j")
    lan.keyboard.press("Enter")
    expect(lan.locator("#claim")).to_be_visible()
    lan.keyboard.press("c")
    expect(lan.locator("#words")).to_be_focused()
    lan.keyboard.type("Chào chị")
    lan.keyboard.press("Control+Enter")
    citizen.hears("Chào chị")


@pytest.mark.parametrize("width", [320, 640, 1280, 1920])
def test_given_the_pages_of_the_desk_when_axe_looks_then_nothing_serious_is_found(town: DeskTown, width: int) -> None:
    page, citizen = town.officer("lan", "Nông Thị Lan", role=Role.ADMIN), town.citizen("telegram")
    citizen.says(QUESTION)
    citizen.says(ASKS)
    page.set_viewport_size({"width": width, "height": 800})
    expect(page.locator("#rows .row")).to_have_count(1)
    take(page)
    reply(page, "Chào chị")
    found = serious(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the case"
    for path in ("", "/counter", "/guide", "/canned", "/numbers", "/me", "/procedures/1.001193"):
        page.goto(f"{town.site}/desk{path}")
        found += [f"{path} {one}" for one in serious(page)]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    stranger = town.browser(viewport={"width": width, "height": 800})
    stranger.goto(f"{town.site}/login")
    assert found + serious(stranger) == []
