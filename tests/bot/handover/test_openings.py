"""What somebody reads of opening hours before they leave home."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timezone
from unittest.mock import patch

import pytest
from sqlalchemy.engine import Engine

from actions.guide.trip import check
from actions.words import speaking
from bot.conversation.hours import HERE, Calendar, Special
from bot.handover import days, offices, openings, spoken, week
from bot.handover.days import Day
from bot.handover.offices import Office
from procedures.catalogue import SEEDS
from procedures.guides import walk
from procedures.guides.state import Guide, Stage
from procedures.importers.seeds import read_seeds
from procedures.model import OfficeKind
from procedures.openings import opening, told_by
from procedures.places import places

BIRTH = next(row.procedure for row in read_seeds(SEEDS) if row.procedure.code == "1.001193")
WARD = "01273"
WEEK = week.parse("T2-T6 07:30-11:30 13:30-17:00; T7 07:30-11:30")
NOON = datetime(2026, 8, 20, 12, tzinfo=HERE).astimezone(timezone.utc)
REST, WORK = "nghỉ hoán đổi Quốc khánh 2/9", "làm bù Quốc khánh 2/9"


@pytest.fixture(autouse=True)
def thursday_noon() -> Iterator[None]:
    """It is Thursday, 2026-08-20, at noon; afterwards nobody tells anything any more."""
    with patch.object(spoken, "now", lambda: NOON), patch.object(openings, "now", lambda: NOON):
        yield
    told_by(None)


def office(special: dict[date, Special], hours: week.Week = WEEK) -> Office:
    """The centre of a ward."""
    return Office(2, OfficeKind.COMMUNE_CENTRE, WARD, "Một cửa Thục Phán", 60, Calendar(hours, special))


def test_given_an_office_when_told_then_week_state_and_coming_holidays_are_there() -> None:
    special = {
        date(2026, 8, 22): Special(True, WORK),
        date(2026, 8, 31): Special(False, REST),
        **{date(2026, 9, day): Special(False, "Quốc khánh 2/9") for day in (1, 2)},
    }
    assert openings.told(office(special)) == (
        "Một cửa Thục Phán làm việc: thứ Hai đến thứ Sáu: 07:30–11:30, 13:30–17:00; thứ Bảy: 07:30–11:30. "
        "Đang đóng cửa, mở lại lúc 13:30 hôm nay.\n"
        "Những ngày khác thường: thứ Bảy 22/08 có làm việc (làm bù Quốc khánh 2/9); "
        "thứ Hai 31/08 nghỉ (nghỉ hoán đổi Quốc khánh 2/9); thứ Ba 01/09 đến thứ Tư 02/09 nghỉ (Quốc khánh 2/9)."
    )
    assert "Monday 31/08 closed (day off beside National Day)" in openings.told(office(special), "en")


def test_given_a_holiday_on_a_day_off_or_far_away_when_told_then_it_is_not() -> None:
    special = {date(2026, 8, 23): Special(False, "x"), date(2026, 9, 3): Special(False, "y")}
    assert "\n" not in openings.told(office(special))


def test_given_an_office_without_hours_when_told_then_nothing_is() -> None:
    assert openings.told(office({}, ((),) * 7)) == ""


def test_given_nobody_who_knows_when_asked_then_nothing_is_told() -> None:
    told_by(None)
    assert opening(OfficeKind.PROVINCE_CENTRE, "", "vi") == ""


def trip(place: str = WARD, way: str = "counter", language: str = "vi") -> str:
    """All that the check before leaving home says."""
    guide = walk.settle(BIRTH, Guide("7k4p9m2xqr", BIRTH.code, Stage.TRIP, way=way))
    with speaking(language):
        return "\n".join(said.text for said in check(BIRTH, guide, "", places().find(place)))


def test_given_an_office_with_a_desk_when_a_trip_is_checked_then_its_hours_and_holidays_are_told(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTCUA_DATABASE_URL", "sqlite:////nowhere/motcua.db")
    told_by(openings.teller(database))
    assert "làm việc: thứ Hai" not in trip("phường Thục Phán")
    with database.begin() as connection:
        offices.add(connection, OfficeKind.COMMUNE_CENTRE, WARD, WEEK)
        days.put(connection, Day(date(2026, 8, 31), False, REST, "thông báo"))
    told = trip("phường Thục Phán")
    assert "Trung tâm Phục vụ hành chính công phường Thục Phán làm việc: thứ Hai đến thứ Sáu" in told
    assert "thứ Hai 31/08 nghỉ" in told
    assert "Thục Phán ward is open: Monday to Friday" in trip("phường Thục Phán", language="en")
    assert "chưa có địa chỉ và giờ làm việc" not in told
    for elsewhere in (trip("phường Tân Giang"), trip("phường Thục Phán", way="online"), trip("")):
        assert "thứ Hai 31/08" not in elsewhere


def test_given_an_office_of_the_province_when_nobody_knows_the_place_then_its_hours_are_told(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTCUA_DATABASE_URL", "sqlite:////nowhere/motcua.db")
    told_by(openings.teller(database))
    provincial = replace(BIRTH, offices=(OfficeKind.PROVINCE_CENTRE,))
    guide = walk.settle(provincial, Guide("7k4p9m2xqr", BIRTH.code, Stage.TRIP, way="counter"))
    with patch("actions.guide.trip.known", lambda _: provincial):
        for here, times in (("", 1), ("phường Thục Phán", 1)):
            told = "\n".join(said.text for said in check(provincial, guide, "", places().find(here)))
            assert told.count("tỉnh Cao Bằng làm việc: thứ Hai đến thứ Sáu") == times
