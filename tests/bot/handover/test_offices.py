"""Offices that have a desk: found, named, added, changed, ended."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.engine import Engine

from bot.conversation.hours import Special
from bot.errors import StaffInvalid
from bot.handover import days, offices, week
from bot.handover.days import Day
from bot.handover.kinds import Status
from procedures.model import OfficeKind
from tests.bot.handover import kit

HOURS = week.parse("T2-T6 07:30-11:30 13:30-17:00; T7 07:30-11:30")
#: A ward and a commune of the province.
WARD, COMMUNE = "01273", "01290"
CENTRE, POLICE = OfficeKind.COMMUNE_CENTRE, OfficeKind.COMMUNE_POLICE
LAND = OfficeKind.LAND_OFFICE


def test_given_a_new_database_when_asked_then_the_provincial_centre_is_there(database: Engine) -> None:
    with database.connect() as connection:
        centre = offices.centre(connection)
        assert offices.every(connection) == (centre,)
    assert (centre.id, centre.kind, centre.place, centre.promise) == (1, OfficeKind.PROVINCE_CENTRE, "", 60)
    assert centre.name == "Trung tâm Phục vụ hành chính công tỉnh Cao Bằng"
    assert centre.called("en").startswith("Public Administration Service Centre")


def test_given_a_ward_office_when_added_then_it_is_called_by_its_kind_and_place(database: Engine) -> None:
    with database.begin() as connection:
        office = offices.of(connection, offices.add(connection, POLICE, WARD, HOURS, promise=30))
    assert (office.name, office.promise, office.calendar.week) == ("Công an phường Thục Phán", 30, HOURS)
    assert (office.called("en"), office.called("zh")) == ("Police of Thục Phán ward", "Thục Phán坊公安")


def test_given_a_name_of_its_own_when_told_then_it_is_that_in_every_language(database: Engine) -> None:
    with database.begin() as connection:
        id_ = offices.add(connection, OfficeKind.NOTARY, "", HOURS, name="  Phòng Công chứng số 1 ")
        office = offices.of(connection, id_)
    assert {office.called(language) for language in ("vi", "en", "zh")} == {"Phòng Công chứng số 1"}


@pytest.mark.parametrize("kind", sorted(set(OfficeKind) - offices.NAMELESS))
@pytest.mark.parametrize("language", ["vi", "en", "zh"])
def test_given_any_kind_that_may_be_without_a_name_when_told_then_there_are_words(
    kind: OfficeKind, language: str
) -> None:
    if kind not in offices.OF_PROVINCE:
        assert "Thục Phán" in offices.usual_name(kind, WARD, language)
    if kind not in offices.OF_COMMUNE:
        assert offices.usual_name(kind, "", language)


def test_given_offices_when_one_is_looked_for_then_no_other_commune_answers(database: Engine) -> None:
    with database.begin() as connection:
        mine = offices.add(connection, CENTRE, WARD, HOURS)
        land = offices.add(connection, LAND, "", HOURS)
        branch = offices.add(connection, LAND, COMMUNE, HOURS)
        found = [
            offices.find(connection, kind, place)
            for kind, place in [(CENTRE, WARD), (CENTRE, COMMUNE), (LAND, WARD), (LAND, COMMUNE), (POLICE, WARD)]
        ]
    assert [one and one.id for one in found] == [mine, None, land, branch, None]


@pytest.mark.parametrize(
    ("kind", "place", "name", "promise"),
    [
        (CENTRE, "", "", 60),
        (OfficeKind.PROVINCE_POLICE, WARD, "", 60),
        (CENTRE, "99999", "", 60),
        (OfficeKind.SCHOOL, WARD, " ", 60),
        (CENTRE, WARD, "n" * 161, 60),
        (CENTRE, WARD, "", 4),
        (CENTRE, WARD, "", 4801),
        (OfficeKind.PROVINCE_CENTRE, "", "", 60),
    ],
)
def test_given_an_office_that_cannot_be_when_added_then_it_is_refused(
    database: Engine, kind: OfficeKind, place: str, name: str, promise: int
) -> None:
    with database.begin() as connection:
        with pytest.raises(StaffInvalid):
            offices.add(connection, kind, place, HOURS, name=name, promise=promise)
        assert len(offices.every(connection)) == 1


def test_given_an_office_when_changed_then_only_that_is_other(database: Engine) -> None:
    shorter = week.parse("T2 08:00-09:00")
    with database.begin() as connection:
        id_ = offices.add(connection, CENTRE, WARD, HOURS)
        offices.change(connection, id_, hours=shorter)
        offices.change(connection, id_, promise=120)
        offices.change(connection, id_, name="Một cửa Thục Phán")
        office = offices.of(connection, id_)
        with pytest.raises(StaffInvalid):
            offices.change(connection, 77, promise=120)
    assert (office.calendar.week, office.promise, office.name) == (shorter, 120, "Một cửa Thục Phán")


def test_given_an_office_that_ends_when_looked_for_then_it_is_known_by_its_id_alone_and_may_begin_anew(
    database: Engine,
) -> None:
    with database.begin() as connection:
        id_ = offices.add(connection, CENTRE, WARD, HOURS, name="Cũ")
        offices.end(connection, id_)
        assert offices.find(connection, CENTRE, WARD) is None
        assert [one.id for one in offices.every(connection)] == [1]
        assert offices.of(connection, id_).name == "Cũ"
        with pytest.raises(StaffInvalid):
            offices.change(connection, id_, promise=120)
        assert offices.add(connection, CENTRE, WARD, HOURS) == id_
        assert offices.find(connection, CENTRE, WARD) == offices.of(connection, id_)


def test_given_people_or_open_cases_when_an_office_is_to_end_then_it_stays(database: Engine) -> None:
    with database.begin() as connection:
        staffed, waited_at, left = (kit.office(connection) for _ in range(3))
        kit.person(connection, office_id=staffed)
        kit.case(connection, office_id=waited_at)
        kit.case(connection, address="a2", office_id=left, status=Status.CLOSED.value)
        for id_ in (offices.CENTRE, staffed, waited_at):
            with pytest.raises(StaffInvalid):
                offices.end(connection, id_)
        offices.end(connection, left)


def test_given_a_day_of_its_own_when_set_then_every_office_keeps_it_until_it_is_usual_again(database: Engine) -> None:
    tet = date(2027, 2, 9)
    with database.begin() as connection:
        days.put(connection, Day(tet, False, "Tết", "thông báo"))
        days.put(connection, Day(tet, False, "Tết Nguyên đán", "thông báo 2"))
        calendar = offices.centre(connection).calendar
        assert (calendar.special[tet], calendar.periods(tet)) == (Special(False, "Tết Nguyên đán"), ())
        days.remove(connection, tet)
        assert offices.centre(connection).calendar.periods(tet)
        with pytest.raises(StaffInvalid):
            days.remove(connection, tet)
        for name, source in (("", "x"), ("x", ""), ("x" * 121, "x")):
            with pytest.raises(StaffInvalid):
                days.put(connection, Day(tet, False, name, source))
