"""Admins keep the answers right: what they publish is what the next citizen reads, and can be taken back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from bot.accounts.people import Role
from bot.post.clock import now
from bot.post.worker import Loadable
from procedures.tables import catalogue_entry
from procedures.validity import today
from tests.browser.conftest import chromium, playwright  # noqa: F401  # fixtures
from tests.journeys.desk_town import Citizen, DeskTown, open_town
from tests.journeys.test_desk import serious

pytestmark = [pytest.mark.model, pytest.mark.browser]
BIRTH, DEATH = "1.001193", "1.000656"
ASKS = "lệ phí làm giấy khai sinh bao nhiêu"
#: Seconds within which what is published is told, and some for a machine that does other things too.
SOON = 10.0


@pytest.fixture
def town(
    engine_of_the_day: Loadable,
    catalogue_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    chromium: Browser,  # noqa: F811
) -> Iterator[DeskTown]:
    with open_town(engine_of_the_day, catalogue_url, tmp_path, monkeypatch, chromium, edited=True) as opened:
        yield opened


def hears(citizen: Citizen, question: str, part: str, there: bool = True) -> str:
    """Asks until the answer says it, or does not any more."""
    until = time.monotonic() + SOON
    while True:
        told = citizen.says(question)
        if (part in told) is there:
            return told
        assert time.monotonic() < until, told
        time.sleep(0.3)


def edit(page: Page, town: DeskTown, change: Callable[[Page], None], reason: str, code: str = BIRTH) -> str:
    """Begins an edit, changes something, and sends it for review. Returns the address of the review."""
    page.goto(f"{town.site}/admin/procedures/{code}")
    page.locator(f'form[action="/admin/procedures/{code}/edit"] button').first.click()
    page.wait_for_url("**/admin/edits/*")
    change(page)
    page.get_by_role("button", name="Lưu").click()
    review = page.url.split("?")[0] + "/review"
    page.goto(review)
    page.locator("#reason").fill(reason)
    page.get_by_role("button", name="Gửi duyệt").click()
    return review


def as_of(page: Page, town: DeskTown, days: int) -> str:
    """What the page says that a citizen was told so many days ago."""
    page.goto(f"{town.site}/admin/as-of")
    page.get_by_label("Mã thủ tục").fill(BIRTH)
    page.get_by_label("Ngày", exact=True).fill((today() - timedelta(days=days)).isoformat())
    page.get_by_role("button", name="Xem", exact=True).click()
    expect(page.locator("#told")).to_have_text("Đăng ký khai sinh")
    return page.locator("section[aria-labelledby=told]").inner_text()


def test_given_a_fee_that_changes_when_two_people_publish_it_then_the_next_citizen_reads_it_until_it_is_undone(
    town: DeskTown,
) -> None:
    citizen = town.citizen("telegram")
    # As if the catalogue had been there for some days.
    with town.database.begin() as connection:
        connection.execute(update(catalogue_entry).values(changed_at=now() - timedelta(days=3)))
    before = citizen.says(ASKS)
    assert "8.000 đồng" not in before
    bien = town.officer("bien", "Bế Thị Biên", role=Role.EDITOR)

    def change(page: Page) -> None:
        for fee in page.locator('input[name$=".fee.0.text"]').all():
            if fee.input_value():
                fee.fill("8.000 đồng một bản")
        for amount in page.locator('input[name$=".fee.0.amount"]').all():
            if amount.input_value():
                amount.fill("8000")
        expect(page.locator("#said")).to_contain_text("8.000 đồng một bản", timeout=15_000)

    review = edit(bien, town, change, "Nghị quyết mới của HĐND tỉnh")
    expect(bien.locator("ins").first).to_contain_text("8.000")
    assert "8.000 đồng" not in citizen.says(ASKS)

    duyet = town.officer("duyet", "Đàm Văn Duyệt", role=Role.REVIEWER)
    duyet.goto(review)
    duyet.get_by_role("button", name="Hỏi thử").click()
    expect(duyet.locator("#gate")).to_be_visible()
    duyet.get_by_role("button", name="Duyệt và công bố").click()
    expect(duyet.get_by_role("status").first).to_contain_text("Đã công bố")
    hears(citizen, ASKS, "8.000 đồng")

    assert "8.000 đồng" not in as_of(duyet, town, 1) and "8.000 đồng" in as_of(duyet, town, 0)

    duyet.goto(f"{town.site}/admin/history/{BIRTH}")
    duyet.get_by_label("Lý do rút lại").fill("Nghị quyết chưa có hiệu lực")
    duyet.get_by_role("button", name="Rút lại bản sửa cuối").click()
    hears(citizen, ASKS, "8.000 đồng", there=False)


def test_given_words_that_nobody_knows_when_they_become_a_name_then_they_are_answered(town: DeskTown) -> None:
    citizen = town.citizen("telegram")
    odd = "xin giấy rồng vàng"
    assert "Đăng ký khai sinh" not in citizen.says(odd)
    bien = town.officer("bien", "Bế Thị Biên", role=Role.EDITOR)

    def change(page: Page) -> None:
        names = page.locator('textarea[name="aliases"]')
        names.fill(names.input_value() + "\n" + odd)

    review = edit(bien, town, change, "Người dân gọi như vậy")
    duyet = town.officer("duyet", "Đàm Văn Duyệt", role=Role.REVIEWER)
    duyet.goto(review)
    duyet.get_by_role("button", name="Hỏi thử").click()
    duyet.get_by_role("button", name="Duyệt và công bố").click()
    expect(duyet.get_by_role("status").first).to_contain_text("Đã công bố")
    hears(citizen, odd, "Đăng ký khai sinh")


def test_given_a_name_that_is_another_procedures_when_it_is_sent_then_it_is_stopped_and_said_whose(
    town: DeskTown,
) -> None:
    bien = town.officer("bien", "Bế Thị Biên", role=Role.EDITOR)

    def change(page: Page) -> None:
        names = page.locator('textarea[name="aliases"]')
        names.fill(names.input_value() + "\nlàm giấy khai sinh")

    edit(bien, town, change, "Thử", code=DEATH)
    expect(bien.locator("main")).to_contain_text("Đăng ký khai sinh")
    expect(bien.get_by_role("alert").first).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
def test_given_the_pages_of_the_console_when_axe_looks_then_nothing_serious_is_found(
    town: DeskTown, width: int
) -> None:
    page = town.officer("an", "Nguyễn Thị An", role=Role.ADMIN)
    page.set_viewport_size({"width": width, "height": 800})
    found = []
    pages = (
        "",
        "/procedures",
        f"/procedures/{BIRTH}",
        "/edits",
        "/import",
        "/gaps",
        "/training",
        "/words",
        "/settings",
    )
    for path in (*pages, "/numbers", "/people", "/audit", f"/history/{BIRTH}", "/as-of"):
        response = page.goto(f"{town.site}/admin{path}")
        assert response and response.ok, path
        found += [f"{path} {one}" for one in serious(page)]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    settings = ("keeping", "channels", "banners", "offices", "offices/1", "days", "contacts", "rules")
    for path in (*(f"/settings/{one}" for one in settings), "/people/new", "/people/1", "/scam"):
        page.goto(f"{town.site}/admin{path}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page.goto(f"{town.site}/admin/procedures/{BIRTH}")
    page.locator(f'form[action="/admin/procedures/{BIRTH}/edit"] button').first.click()
    page.wait_for_url("**/admin/edits/*")
    assert found + serious(page) == []
