"""Somebody leaves, and nobody who waits for them waits for ever."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.accounts import leaving, people
from bot.errors import StaffInvalid
from bot.handover.kinds import Event, Status
from bot.store.desk_tables import handover_event
from tests.bot.handover import kit


def test_given_cases_of_somebody_when_they_leave_then_those_go_back_in_line_oldest_first(database: Engine) -> None:
    with database.begin() as connection:
        lan, an = kit.person(connection, "lan"), kit.person(connection, "an")
        mine = [kit.case(connection, address=f"a{n}", staff_id=lan) for n in range(2)]
        others = kit.case(connection, address="b", staff_id=an)
        done = kit.case(connection, address="c", staff_id=lan, status="closed")
        assert leaving.end(connection, lan) == tuple(mine)
    with database.connect() as connection:
        found = [kit.of(connection, id_) for id_ in (*mine, others, done)]
        assert [row.status for row in found] == ["waiting", "waiting", "with_staff", "closed"]
        assert [row.staff_id for row in found] == [None, None, an, lan]
        assert people.by_id(connection, lan) is None
        written = select(handover_event).where(handover_event.c.kind == Event.RELEASED.value)
        assert [json.loads(row.data)["why"] for row in connection.execute(written)] == ["ended", "ended"]


def test_given_the_last_admin_when_they_would_leave_then_nothing_of_theirs_is_touched(database: Engine) -> None:
    with database.begin() as connection:
        boss = kit.person(connection, "boss", role="admin")
        case = kit.case(connection, staff_id=boss)
        with pytest.raises(StaffInvalid, match="last admin"):
            leaving.end(connection, boss)
        assert kit.of(connection, case).status == Status.WITH_STAFF.value


def test_given_nobody_when_they_would_leave_then_it_is_refused(database: Engine) -> None:
    with database.begin() as connection, pytest.raises(StaffInvalid):
        leaving.end(connection, 7)
