"""Admins go on with what others began: an export of the portal, and messages that were not answered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot.accounts.people import Role
from bot.post.worker import Loadable
from procedures import store
from procedures.importers import Accepted
from procedures.importers.portal import row
from procedures.store import take_in
from tests.browser.conftest import chromium, playwright  # noqa: F401  # fixtures
from tests.journeys.desk_town import DeskTown, open_town
from tests.journeys.test_console import hears
from tests.procedures.importers.samples import fee, method, portal_record

pytestmark = [pytest.mark.model, pytest.mark.browser]
CODE, NAME = "1.000358", "Cấp giấy phép buôn bán chè dây qua biên giới"
RECORD = portal_record(code=CODE, name=NAME, executionMethods=[method(fees=[fee(8000, "lệ phí 8.000 đ")])])
CHANGED = {
    **RECORD,
    "executionMethods": [method(fees=[fee(10000, "lệ phí 10.000 đ")])],
    "requirementsAndConditions": "Đủ 18 tuổi",
    "decisionNo": "02/QĐ-BCT",
    "resultsDetails": [{"name": "Giấy phép mới"}],
}
ACCEPTED = ("ways", "conditions", "decision")
ODD, ANSWER = "làm giấy trăng tròn cần gì", "Đăng ký khai sinh: anh/chị mang theo"


@pytest.fixture(scope="module")
def shared(
    engine_of_the_day: Loadable,
    catalogue_url: str,
    tmp_path_factory: pytest.TempPathFactory,
    chromium: Browser,  # noqa: F811
) -> Iterator[DeskTown]:
    folder = tmp_path_factory.mktemp("console")
    with (
        pytest.MonkeyPatch.context() as patch,
        open_town(engine_of_the_day, catalogue_url, folder, patch, chromium, edited=True) as opened,
    ):
        yield opened


@pytest.fixture
def town(shared: DeskTown, monkeypatch: pytest.MonkeyPatch) -> DeskTown:
    """The town, with the environment that every test cleans."""
    monkeypatch.setenv("MOTCUA_DATABASE_URL", shared.place.town.database_url)
    return shared


def accepted(told: dict[str, object]) -> Accepted:
    made = row(1, told, province="H14", data_date="")
    assert isinstance(made, Accepted), made
    return made


def test_given_a_changed_export_when_three_fields_are_accepted_in_the_page_then_those_alone_are_told(
    town: DeskTown, tmp_path: Path
) -> None:
    take_in(town.database, [accepted(RECORD)])
    before = accepted(RECORD).procedure
    citizen = town.citizen("telegram")
    asks = f"lệ phí {NAME.lower()}"
    hears(citizen, asks, "01/QĐ-BCT")
    export = tmp_path / "export.jsonl"
    export.write_text(json.dumps(CHANGED, ensure_ascii=False), "utf-8")

    page = town.officer("an", "Nguyễn Thị An", role=Role.ADMIN)
    page.goto(f"{town.site}/admin/import")
    page.locator("#file").set_input_files(export)
    page.get_by_role("button", name="Tải lên và đọc").click()
    expect(page.locator("ins", has_text="10.000").first).to_be_visible(timeout=20_000)
    for name in ACCEPTED:
        page.locator(f'input[name="{CODE} {name}"][value="accept"]').check()
    page.locator(f'input[name="{CODE} results"][value="keep"]').check()
    page.get_by_role("button", name="Lưu lựa chọn của trang này").click()
    page.get_by_role("button", name="Đưa 3 mục đã chọn vào danh mục").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã nhận: 3", timeout=20_000)

    hears(citizen, asks, "02/QĐ-BCT")
    with town.database.connect() as connection:
        after = store.layers(connection, CODE)["record"].procedure
    assert (after.decision, after.conditions, after.results) == ("02/QĐ-BCT", ("Đủ 18 tuổi",), before.results)


def test_given_a_message_that_was_not_answered_when_it_becomes_a_name_then_it_is_answered_at_once(
    town: DeskTown,
) -> None:
    citizen = town.citizen("zalo-oa")
    assert ANSWER not in citizen.says(ODD)

    bien = town.officer("bien", "Bế Thị Biên", role=Role.EDITOR)
    bien.goto(f"{town.site}/admin/gaps")
    bien.get_by_role("link", name=ODD).click()
    bien.locator("#q").fill("đăng ký khai sinh")
    bien.locator("#q").press("Enter")
    form = bien.locator('form[action$="/alias"]')
    form.get_by_role("radio", name="1.001193").check()
    expect(form.locator("#alias")).to_have_value(ODD)
    form.get_by_role("button", name="Ghi vào bản nháp").click()
    bien.wait_for_url("**/admin/edits/*")
    review = f"{bien.url.split('?')[0]}/review"
    bien.goto(review)
    bien.locator("#reason").fill("Người dân gọi như vậy")
    bien.get_by_role("button", name="Gửi duyệt").click()

    duyet = town.officer("duyet", "Đàm Văn Duyệt", role=Role.REVIEWER)
    # The gate makes an index with the edit and one without: on a busy machine that takes its time.
    duyet.set_default_timeout(90_000)
    duyet.goto(review)
    duyet.get_by_role("button", name="Hỏi thử").click()
    # The message itself is asked by the gate from now on.
    expect(duyet.locator("section", has=duyet.locator("#gate"))).to_contain_text(ODD)
    duyet.get_by_role("button", name="Duyệt và công bố").click()
    expect(duyet.get_by_role("status").first).to_contain_text("Đã công bố")
    hears(citizen, ODD, ANSWER)
    bien.goto(f"{town.site}/admin/gaps")
    expect(bien.get_by_role("link", name=ODD)).to_have_count(0)
