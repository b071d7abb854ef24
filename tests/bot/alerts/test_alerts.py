"""Who is called, what for, and when: once for each person, way and occasion."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection, Engine

from bot.accounts import people
from bot.alerts import alerts
from bot.handover import offices
from bot.post.clock import now
from bot.store.desk_tables import alert, handover, handover_event, staff
from bot.store.tables import conversation
from procedures.validity import utc
from tests.bot.handover import kit

#: Never open; each test that asks for it says what else.
SHUT = [[]] * 7


@pytest.fixture
def desk(database: Engine) -> Iterator[Connection]:
    """Office 2 is always open."""
    with database.begin() as connection:
        kit.office(connection)
        yield connection


def person(desk: Connection, login: str, **values: Any) -> int:
    return kit.person(desk, login, **{"office_id": 2, "alerts": "email", **values})


def case(desk: Connection, **values: Any) -> int:
    return kit.case(desk, **{"office_id": 2, **values})


def called(desk: Connection) -> list[str]:
    rows = select(staff.c.login, alert.c.way, alert.c.kind).join(staff, staff.c.id == alert.c.staff_id)
    return [" ".join(row) for row in desk.execute(rows.order_by(staff.c.login, alert.c.way, alert.c.kind))]


def test_given_a_case_when_opened_then_those_on_duty_in_its_office_are_called_by_the_ways_they_chose(
    desk: Connection,
) -> None:
    person(desk, "lan")
    person(desk, "hoa", alerts="email chat")
    person(desk, "mai", alerts="")
    person(desk, "off", on_duty=False)
    person(desk, "left", ended_at=now())
    person(desk, "other", office_id=1)
    alerts.case_opened(desk, case(desk))
    assert called(desk) == ["hoa chat new", "hoa email new", "lan email new"]


def test_given_the_same_occasion_when_told_twice_then_there_is_one_call(desk: Connection) -> None:
    person(desk, "lan")
    id_ = case(desk)
    alerts.case_opened(desk, id_)
    alerts.case_opened(desk, id_)
    assert called(desk) == ["lan email new"]


@pytest.mark.parametrize(
    ("language", "who"), [("tyz", ["nung", "tay"]), ("zh", ["hoa"]), ("hmn", ["hoa", "nung", "tay"])]
)
def test_given_a_language_when_somebody_speaks_it_then_they_alone_are_called(
    desk: Connection, language: str, who: list[str]
) -> None:
    person(desk, "hoa", languages="vi zh")
    person(desk, "tay", languages="vi tyz")
    person(desk, "nung", languages="vi nut")
    alerts.case_opened(desk, case(desk, language=language))
    assert called(desk) == [f"{one} email new" for one in who]


def test_given_nobody_on_duty_when_a_case_is_opened_then_the_lead_is_called(desk: Connection) -> None:
    person(desk, "lan", on_duty=False)
    person(desk, "chief", role="lead", on_duty=False)
    alerts.case_opened(desk, case(desk))
    assert called(desk) == ["chief email new"]


@pytest.mark.parametrize(
    ("roles", "who"),
    [
        ({"own": (2, "lead"), "centre": (1, "lead"), "root": (1, "admin")}, ["own"]),
        ({"centre": (1, "lead"), "root": (1, "admin")}, ["centre"]),
        ({"root": (2, "admin")}, ["root"]),
        ({"lan": (2, "officer")}, []),
    ],
)
def test_given_an_office_when_its_leads_are_asked_for_then_somebody_is_found_if_anybody_is_there(
    desk: Connection, roles: dict[str, tuple[int, str]], who: list[str]
) -> None:
    for login, (office, role) in roles.items():
        person(desk, login, office_id=office, role=role)
    assert [one.login for one in alerts.leads(desk, 2)] == who


def test_given_a_closed_office_when_a_case_is_opened_then_all_of_it_are_called_in_the_morning(desk: Connection) -> None:
    tomorrow = (now() + timedelta(hours=7, days=1)).weekday()
    week = [[["07:30", "17:00"]] if day == tomorrow else [] for day in range(7)]
    desk.execute(update(kit.office_table).values(hours=json.dumps(week)))
    person(desk, "lan", on_duty=False)
    alerts.case_opened(desk, case(desk))
    opens = offices.of(desk, 2).calendar.opens_next(now())
    assert called(desk) == ["lan email new"]
    assert opens is not None and utc(desk.execute(select(alert.c.try_at)).scalar()) == opens


def test_given_an_office_that_never_opens_when_a_case_is_opened_then_they_are_called_at_once(desk: Connection) -> None:
    desk.execute(update(kit.office_table).values(hours=json.dumps(SHUT)))
    person(desk, "lan")
    alerts.case_opened(desk, case(desk))
    assert utc(desk.execute(select(alert.c.try_at)).scalar()) <= now()


def test_given_a_case_that_was_passed_on_when_told_then_its_new_owner_alone_is_called(desk: Connection) -> None:
    person(desk, "lan")
    hoa = person(desk, "hoa")
    alerts.case_moved(desk, case(desk, staff_id=hoa))
    assert called(desk) == ["hoa email new"]


def test_given_somebody_who_was_gone_when_their_case_is_back_in_line_then_they_are_not_called(desk: Connection) -> None:
    lan = person(desk, "lan")
    person(desk, "hoa")
    alerts.case_moved(desk, case(desk), lan)
    assert called(desk) == ["hoa email new"]


def test_given_a_case_that_moves_again_when_told_then_they_are_called_again(desk: Connection) -> None:
    person(desk, "lan")
    id_ = case(desk)
    alerts.case_opened(desk, id_)
    desk.execute(update(handover).values(version=1))
    alerts.case_moved(desk, id_)
    assert called(desk) == ["lan email new"] * 2


def test_given_a_note_when_colleagues_are_named_then_each_is_called_wherever_they_work(desk: Connection) -> None:
    lan, far = person(desk, "lan"), person(desk, "far", office_id=1, on_duty=False)
    event = kit_event(desk, case(desk))
    alerts.mentioned(desk, event, [lan, far, 999])
    assert called(desk) == ["far email mention", "lan email mention"]


@pytest.mark.parametrize("tell", [alerts.case_opened, alerts.case_moved])
def test_given_noise_when_told_then_nobody_is_called(desk: Connection, tell: Any) -> None:
    person(desk, "lan")
    id_ = case(desk)
    desk.execute(update(conversation).values(spam_at=now()))
    tell(desk, id_)
    assert called(desk) == []


def test_given_a_row_when_read_then_it_waits_from_now_on(desk: Connection) -> None:
    lan = people.by_id(desk, person(desk, "lan"))
    assert lan is not None
    alerts.call(desk, case(desk), alerts.Kind.NUDGE, [lan], "e1", now() + timedelta(hours=1))
    row = desk.execute(select(alert)).one()
    assert (row.status, row.attempts, row.occasion) == ("waiting", 0, "nudge 1 1 email e1")


def kit_event(desk: Connection, case_id: int) -> int:
    row = {"handover_id": case_id, "kind": "noted", "created_at": now()}
    return int(desk.execute(insert(handover_event).values(**row)).inserted_primary_key[0])
