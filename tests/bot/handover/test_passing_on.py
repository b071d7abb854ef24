"""Cases that are passed on: to the line of an office, or to a colleague."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from bot.errors import CaseMoved, CaseTaken, Refused
from bot.handover import cases, events
from bot.handover.kinds import Ending, Event
from bot.post.clock import ago, now
from procedures.validity import utc
from tests.bot.handover import kit
from tests.bot.handover.test_cases import kinds, said


def test_given_a_case_when_passed_to_an_office_then_it_waits_there_with_what_was_promised(database: Engine) -> None:
    since, due = ago(600), now() + timedelta(minutes=7)
    with database.begin() as connection:
        lan, there = kit.person(connection), kit.office(connection, name="Nguyen Hue")
        kit.person(connection, "minh", there)
        case = kit.case(connection, staff_id=lan, waits_since=since, due_at=due, asks="place")
        cases.transfer(connection, case, lan, 0, office_id=there, note=" land ")
        row = kit.of(connection, case)
        assert (row.status, row.office_id, row.staff_id, row.asks, row.version) == ("waiting", there, None, "", 1)
        assert (utc(row.waits_since), utc(row.due_at)) == (since, due)
        assert kit.state_of(connection, case) == "waiting"
        assert "Nguyen Hue" in said(connection)[0]
        (line,) = events.every(connection, case)
        told = {name: line.data[name] for name in ("office", "to", "owner")}
        assert (line.kind, line.text, told) == (Event.TRANSFERRED, "land", {"office": there, "to": None, "owner": lan})


def test_given_a_case_that_was_answered_when_passed_to_a_colleague_then_they_own_it_and_owe_a_word(
    database: Engine,
) -> None:
    with database.begin() as connection:
        there = kit.office(connection)
        lan, minh = kit.person(connection), kit.person(connection, "minh", there)
        case = kit.case(connection, staff_id=lan, waits_since=None, replied_at=now())
        cases.transfer(connection, case, lan, 0, to_staff=minh)
        row = kit.of(connection, case)
        assert (row.status, row.office_id, row.staff_id) == ("with_staff", there, minh)
        assert row.waits_since is not None
        assert row.due_at is not None
        assert "Minh" in said(connection)[0]
        with pytest.raises(CaseTaken):
            cases.transfer(connection, case, lan, 1, to_staff=lan)


def test_given_a_case_that_waits_when_who_works_there_passes_it_on_then_it_goes(database: Engine) -> None:
    with database.begin() as connection:
        lan, minh, case = kit.person(connection), kit.person(connection, "minh"), kit.case(connection)
        cases.transfer(connection, case, lan, 0, to_staff=minh)
        assert kit.of(connection, case).staff_id == minh


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ({"office_id": 999}, "office_ended"),
        ({}, "office_ended"),
        ({"office_id": "ended"}, "office_ended"),
        ({"office_id": "empty"}, "nobody_there"),
        ({"to_staff": "lan"}, "already_there"),
        ({"to_staff": "ended"}, "staff_ended"),
        ({"to_staff": "off"}, "off_duty"),
        ({"to_staff": 999}, "staff_ended"),
        ({"office_id": 1, "note": "x" * 5000}, "too_long"),
    ],
)
def test_given_somewhere_that_cannot_be_when_passed_on_then_it_is_refused_and_stays(
    database: Engine, to: dict[str, Any], why: str
) -> None:
    with database.begin() as connection:
        lan = kit.person(connection)
        places = {"ended": kit.office(connection, ended_at=now()), "empty": kit.office(connection)}
        gone = kit.person(connection, "hoa", ended_at=now())
        people = {"lan": lan, "ended": gone, "off": kit.person(connection, "minh", on_duty=False)}
        case = kit.case(connection, staff_id=lan)
        known = {"office_id": places, "to_staff": people}
        where = {name: known.get(name, {}).get(value, value) for name, value in to.items()}
        with pytest.raises(Refused, match=why):
            cases.transfer(connection, case, lan, 0, **where)
        assert (kit.of(connection, case).version, kinds(connection, case)) == (0, [])


def test_given_a_case_in_a_line_when_passed_to_the_same_line_then_it_is_refused(database: Engine) -> None:
    with database.begin() as connection:
        lan, case = kit.person(connection), kit.case(connection)
        with pytest.raises(Refused, match="already_there"):
            cases.transfer(connection, case, lan, 0, office_id=1)


@pytest.mark.parametrize("do", ["transfer", "close"])
def test_given_a_page_that_shows_an_older_version_when_one_acts_then_it_has_moved(database: Engine, do: str) -> None:
    with database.begin() as connection:
        lan, minh = kit.person(connection), kit.person(connection, "minh")
        case = kit.case(connection, staff_id=lan, version=3)
        with pytest.raises(CaseMoved):
            if do == "close":
                cases.close(connection, case, lan, 2, Ending.ANSWERED)
            else:
                cases.transfer(connection, case, lan, 2, to_staff=minh)


@pytest.mark.parametrize(
    ("role", "elsewhere", "may"), [("officer", False, False), ("lead", False, True), ("lead", True, False)]
)
def test_given_a_colleagues_case_when_somebody_passes_it_on_then_only_a_lead_of_the_office_may(
    database: Engine, role: str, elsewhere: bool, may: bool
) -> None:
    with database.begin() as connection:
        office = kit.office(connection)
        other = kit.office(connection) if elsewhere else office
        lan, hoa = kit.person(connection, "lan", office), kit.person(connection, "hoa", other, role)
        case = kit.case(connection, staff_id=lan, office_id=office)
        if not may:
            with pytest.raises((CaseTaken, Refused)):
                cases.transfer(connection, case, hoa, 0, to_staff=hoa)
        else:
            cases.transfer(connection, case, hoa, 0, to_staff=hoa)
        assert kit.of(connection, case).staff_id == (hoa if may else lan)
