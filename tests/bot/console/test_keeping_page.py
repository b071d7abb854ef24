"""How long data is kept, in a browser: looked at before it is saved."""

from __future__ import annotations

from starlette.testclient import TestClient

from bot import site_settings
from tests.bot.desk.conftest import Desk
from tests.bot.privacy.people_kit import Person
from tests.bot.privacy.test_retention import aged

HERE = "/admin/settings/keeping"


def test_given_the_page_when_days_are_looked_at_then_counts_are_told_and_only_saving_changes_them(
    desk: Desk, an: TestClient
) -> None:
    Person(desk.database).says("xin chào")
    aged(desk.database, 40)
    days = {f"days_{kind}": str(count) for kind, count in site_settings.KEPT.items()} | {"days_words": "30"}
    assert "30" not in _would(an.get(HERE).text)
    looked = an.post(f"{HERE}/look", data={**days, "reason": "ít hơn"}).text
    assert "Cũ nhất" in looked and _would(looked)
    with desk.rows() as connection:
        assert site_settings.current(connection).days("words") == 365
    assert "Đã lưu" in an.post(f"{HERE}/save", data={**days, "reason": "ít hơn"}).text
    an.post(f"{HERE}/ask-again", data={"reason": "lời mới"})
    with desk.rows() as connection:
        site = site_settings.current(connection)
    assert (site.days("words"), site.notice) == (30, 1)
    for wrong in ({"days_words": "3"}, {"days_words": "many"}, {"days_guides": "0"}):
        assert an.post(f"{HERE}/look", data={**days, **wrong}).status_code == 409
        assert an.post(f"{HERE}/save", data={**days, **wrong}).status_code == 409


def _would(page: str) -> str:
    return page.partition('id="would"')[2].partition("</table>")[0]


def test_given_an_officer_when_the_page_is_asked_for_then_it_is_not_theirs(desk: Desk) -> None:
    assert desk.sign_in("lan").get(HERE).status_code == 403
