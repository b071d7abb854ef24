"""Settings in a browser: what is saved holds for the next message, is in the audit, and what cannot be is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from bot import banners, site_settings
from bot.handover import days, offices, rules, week
from bot.handover.rules import RuleKind
from bot.store.console_tables import audit_entry
from procedures import notes
from procedures.model import OfficeKind
from procedures.places import places
from procedures.store import take_in
from procedures.validity import today
from tests.bot.desk.conftest import Desk
from tests.seeds import seeds

HERE = "/admin/settings"
PLACE = next(place.code for place in places())
NINE_TO_FIVE = {
    f"{edge}_{weekday}_{part}": at
    for weekday in range(5)
    for part, (opens, closes) in enumerate((("07:30", "11:30"), ("13:30", "17:00")))
    for edge, at in (("opens", opens), ("closes", closes))
}


def noted(desk: Desk) -> list[str]:
    with desk.rows() as connection:
        return list(connection.execute(select(audit_entry.c.action).order_by(audit_entry.c.id)).scalars())


def site(desk: Desk) -> site_settings.Site:
    with desk.rows() as connection:
        return site_settings.current(connection)


def test_given_the_forms_when_saved_then_each_changes_its_own(desk: Desk, an: TestClient) -> None:
    for form, told in (
        ("publishing", {"reason": "alone"}),
        ("opening", {"opening_vi": "Cao Bằng xin chào", "opening_en": " "}),
        ("answers", {"sure": "0,9", "offer": "0.03", "near": "0.1"}),
    ):
        assert "Đã lưu" in an.post(f"{HERE}/set/{form}", data=told).text
    found = site(desk)
    assert (found.two_people, found.opening) == (False, {"vi": "Cao Bằng xin chào"})
    assert (found.sure, found.offer, found.near) == (0.9, 0.03, 0.1)
    assert noted(desk) == ["setting.changed"] * 4
    page = an.get(HERE).text
    assert "alone" in page and "Cao Bằng xin chào" in page
    assert "Cao Bằng xin chào" in desk.client.get("/").text


@pytest.mark.parametrize(
    ("form", "told", "status"),
    [
        ("answers", {"sure": "2", "offer": "0.02", "near": "0.1"}, 409),
        ("opening", {"opening_vi": "a" * 700}, 409),
        ("publishing", {"two_people": "yes", "reason": "a" * 300}, 409),
        ("secret_key", {"secret_key": "x"}, 404),
    ],
)
def test_given_what_cannot_be_when_saved_then_nothing_changes(
    desk: Desk, an: TestClient, form: str, told: dict[str, str], status: int
) -> None:
    assert an.post(f"{HERE}/set/{form}", data=told).status_code == status
    # Nobody is asked for consent where tests count what is said.
    assert site(desk) == replace(site_settings.DEFAULTS, notice=0)


def test_given_a_channel_when_switched_off_then_the_next_message_is_told(desk: Desk, an: TestClient) -> None:
    here = f"{HERE}/channels"
    assert an.post(here, data={"channel": "web", "switch": "silent"}).status_code == 409
    assert an.post(here, data={"channel": "fax", "switch": "silent", "reason": "x"}).status_code == 409
    assert an.post(here, data={"channel": "web", "switch": "off", "reason": "x"}).status_code == 409
    assert "sai lệ phí" in an.post(here, data={"channel": "web", "switch": "silent", "reason": "sai lệ phí"}).text
    assert site(desk).channels_off["web"]["reason"] == "sai lệ phí"
    an.post(here, data={"channel": "web", "switch": "on", "reason": "đã sửa"})
    assert site(desk).channels_off == {}
    assert noted(desk) == ["setting.changed"] * 2


def test_given_a_banner_when_added_then_the_page_of_citizens_shows_it_until_it_is_ended(
    desk: Desk, an: TestClient
) -> None:
    told = {"place": "", "text_vi": "Lũ trên sông Bằng", "text_en": "", "text_zh": ""}
    told |= {"starts_on": today().isoformat(), "ends_on": f"{today() + timedelta(days=2):%d/%m/%Y}"}
    assert "Lũ trên sông Bằng" in an.post(f"{HERE}/banners", data=told).text
    assert "Lũ trên sông Bằng" in desk.client.get("/").text
    with desk.rows() as connection:
        (one,) = banners.every(connection)
    an.post(f"{HERE}/banners/{one.id}/end")
    assert "Lũ trên sông Bằng" not in desk.client.get("/").text
    assert an.post(f"{HERE}/banners/{one.id}/end").status_code == 409
    assert an.post(f"{HERE}/banners", data={**told, "ends_on": "someday"}).status_code == 409
    assert noted(desk) == ["banner.added", "banner.ended"]


def test_given_an_office_when_its_hours_are_typed_then_lunch_lies_between(desk: Desk, an: TestClient) -> None:
    told = {"kind": "commune_centre", "place": PLACE, "name": "", "promise": "90", **NINE_TO_FIVE}
    assert an.post(f"{HERE}/offices/new", data=told).url.path == f"{HERE}/offices"
    with desk.rows() as connection:
        made = offices.find(connection, OfficeKind.COMMUNE_CENTRE, PLACE)
    assert made is not None
    assert week.text_of(made.calendar.week) == "T2-T6 07:30-11:30 13:30-17:00"
    here = f"{HERE}/offices/{made.id}"
    an.post(here, data={"name": "Một cửa", "promise": "30", "opens_0_0": "8:00", "closes_0_0": "12:00"})
    with desk.rows() as connection:
        changed = offices.of(connection, made.id)
    assert (changed.name, changed.promise) == ("Một cửa", 30)
    assert week.text_of(changed.calendar.week) == "T2 08:00-12:00"
    an.post(f"{here}/end")
    assert noted(desk) == ["office.added", "office.changed", "office.ended"]
    assert an.get(f"{HERE}/offices/777").status_code == 404


@pytest.mark.parametrize(
    "changed",
    [
        {"place": ""},
        {"promise": "1"},
        {"promise": "soon"},
        {"closes_0_0": ""},
        {"closes_0_0": "14:00"},
        {"opens_0_0": "noon"},
        {"kind": "castle"},
        dict.fromkeys(NINE_TO_FIVE, ""),
    ],
)
def test_given_an_office_that_cannot_be_when_added_then_it_is_refused(
    desk: Desk, an: TestClient, changed: dict[str, str]
) -> None:
    told = {"kind": "commune_centre", "place": PLACE, "name": "", "promise": "90", **NINE_TO_FIVE, **changed}
    assert an.post(f"{HERE}/offices/new", data=told).status_code == 409
    assert noted(desk) == []


def test_given_the_centre_when_ended_then_it_stays(an: TestClient) -> None:
    assert an.post(f"{HERE}/offices/1/end").status_code == 409


def test_given_a_day_when_set_then_it_is_in_the_list_and_can_be_removed(desk: Desk, an: TestClient) -> None:
    which = today() + timedelta(days=40)
    told = {"day": which.isoformat(), "name": "Lễ hội", "source": "QĐ 1"}
    assert "Lễ hội" in an.post(f"{HERE}/days", data=told).text
    assert "Lễ hội" not in an.post(f"{HERE}/days/{which.isoformat()}/end").text
    assert an.post(f"{HERE}/days/{which.isoformat()}/end").status_code == 409
    assert an.post(f"{HERE}/days", data={**told, "source": ""}).status_code == 409
    assert noted(desk) == ["day.set", "day.removed"]
    with desk.rows() as connection:
        assert which not in {one.day for one in days.every(connection)}


def test_given_an_address_when_kept_then_citizens_are_told_it_until_it_is_emptied(desk: Desk, an: TestClient) -> None:
    told = {"kind": "commune_centre", "place": PLACE, "address": "Tổ 1", "telephone": "", "hours": "", "name": ""}
    told |= {"source": "UBND xã"}
    assert "Tổ 1" in an.post(f"{HERE}/contacts", data=told).text
    with desk.rows() as connection:
        facts = notes.office(connection, OfficeKind.COMMUNE_CENTRE, PLACE)
    assert facts is not None and facts.address == "Tổ 1"
    assert "Tổ 1" in an.get(f"{HERE}/contacts?kind=commune_centre&place={PLACE}").text
    assert an.post(f"{HERE}/contacts", data={**told, "source": ""}).status_code == 409
    assert an.post(f"{HERE}/contacts", data={**told, "kind": "land_office"}).status_code == 409
    an.post(f"{HERE}/contacts", data={**told, "address": ""})
    with desk.rows() as connection:
        assert notes.office(connection, OfficeKind.COMMUNE_CENTRE, PLACE) is None
    assert noted(desk) == ["contact.changed"] * 2


def test_given_a_rule_when_added_then_it_holds_with_whose_it_is_until_it_is_ended(desk: Desk, an: TestClient) -> None:
    take_in(desk.database, seeds("1.001193"))
    told: dict[str, Any] = {"kind": "route", "to": "commune_police", "code": "1.001193", "field": "", "intent": ""}
    page = an.post(f"{HERE}/rules", data={**told, "reason": "họ giữ sổ"}).text
    assert "họ giữ sổ" in page and "1.001193" in page
    with desk.rows() as connection:
        (rule,) = rules.every(connection)
    assert (rule.kind, rule.author, rule.office_kind) == (RuleKind.ROUTE, "An", OfficeKind.COMMUNE_POLICE)
    an.post(f"{HERE}/rules/{rule.id}/end")
    assert an.post(f"{HERE}/rules/{rule.id}/end").status_code == 409
    assert noted(desk) == ["rule.added", "rule.ended"]


@pytest.mark.parametrize(
    "changed",
    [{"code": ""}, {"code": "9.999999"}, {"to": ""}, {"reason": ""}, {"intent": "dance"}, {"kind": "magic"}],
)
def test_given_a_rule_that_cannot_be_when_added_then_it_is_refused(
    desk: Desk, an: TestClient, changed: dict[str, str]
) -> None:
    take_in(desk.database, seeds("1.001193"))
    told = {"kind": "route", "to": "commune_police", "code": "1.001193", "field": "", "intent": "", "reason": "so"}
    assert an.post(f"{HERE}/rules", data={**told, **changed}).status_code == 409
    assert noted(desk) == []
