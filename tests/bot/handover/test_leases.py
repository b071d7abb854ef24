"""Leases: who is gone gives their case back, in order, once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.engine import Connection, Engine

from bot.handover import leases
from bot.handover.leases import Lapsed, lapsed, release
from bot.post.clock import ago, now
from bot.store.desk_tables import handover, handover_event, staff
from bot.store.tables import message
from tests.bot.handover import kit

LAN = 1


@pytest.fixture
def desk(database: Engine) -> Iterator[Connection]:
    """Lan works in an office that is always open and promises an hour."""
    with database.begin() as connection:
        kit.office(connection)
        kit.person(connection, "lan", office_id=2)
        yield connection


def owned(desk: Connection, minutes: float = 10, **values: Any) -> int:
    """A case that Lan owns and whose citizen has waited for so many minutes."""
    since = ago(60 * minutes)
    told = {"claimed_at": since, "waits_since": since, "due_at": now() + timedelta(minutes=30), **values}
    return kit.case(desk, office_id=2, staff_id=LAN, **told)


def lan(desk: Connection, **values: Any) -> None:
    desk.execute(update(staff).where(staff.c.id == LAN).values(**values))


def whys(desk: Connection) -> list[str]:
    return [lease.why for lease in lapsed(desk, now())]


def test_given_an_owner_who_is_there_when_looked_then_the_lease_is_good(desk: Connection) -> None:
    owned(desk)
    assert lapsed(desk, now()) == ()


def test_given_an_owner_who_is_gone_when_looked_then_the_case_is_back_in_line_silently(desk: Connection) -> None:
    id_ = owned(desk)
    lan(desk, seen_at=ago(6 * 60))
    (lease,) = lapsed(desk, now())
    assert lease == Lapsed(id_, LAN, "gone")
    assert release(desk, lease, now())
    row = kit.of(desk, id_)
    assert (row.status, row.staff_id, kit.state_of(desk, id_)) == ("waiting", None, "waiting")
    assert desk.execute(select(message.c.id)).first() is None
    event = desk.execute(select(handover_event)).one()
    assert (event.kind, event.staff_id, json.loads(event.data)["why"]) == ("released", None, "gone")


def test_given_an_owner_who_had_spoken_when_gone_then_the_citizen_is_told(desk: Connection) -> None:
    owned(desk, replied_at=ago(9 * 60), first_reply_at=ago(9 * 60))
    lan(desk, seen_at=ago(6 * 60))
    release(desk, lapsed(desk, now())[0], now())
    assert len(desk.execute(select(message.c.id)).all()) == 1


@pytest.mark.parametrize(
    ("minutes", "seen", "gone"),
    [(10, 4, False), (4, 60, False), (10, None, True), (10, 5.1, True), (4, None, False)],
)
def test_given_signs_of_life_when_looked_then_five_minutes_without_any_are_too_many(
    desk: Connection, minutes: float, seen: float | None, gone: bool
) -> None:
    owned(desk, minutes)
    lan(desk, seen_at=None if seen is None else ago(60 * seen))
    assert whys(desk) == (["gone"] if gone else [])


def test_given_a_closed_office_when_an_owner_is_gone_then_they_keep_their_case(desk: Connection) -> None:
    owned(desk)
    lan(desk, seen_at=ago(3600))
    desk.execute(kit.office_table.update().values(hours=json.dumps([[]] * 7)))
    assert whys(desk) == []


def test_given_an_owner_who_is_off_duty_when_the_citizen_waits_then_the_case_goes_back_at_once(
    desk: Connection,
) -> None:
    owned(desk, 0)
    lan(desk, on_duty=False)
    assert whys(desk) == ["off_duty"]


def test_given_the_citizens_turn_when_an_owner_is_off_duty_and_gone_then_they_keep_their_case(desk: Connection) -> None:
    owned(desk, waits_since=None, due_at=None)
    lan(desk, on_duty=False, seen_at=None)
    assert whys(desk) == []


def test_given_an_owner_who_has_left_when_it_is_the_citizens_turn_then_the_case_goes_back(desk: Connection) -> None:
    id_ = owned(desk, waits_since=None, due_at=None)
    lan(desk, ended_at=now(), on_duty=False)
    (lease,) = lapsed(desk, now())
    assert release(desk, lease, now()) and lease.why == "ended"
    assert kit.of(desk, id_).waits_since is not None


def test_given_a_promise_broken_for_as_long_again_when_its_owner_says_nothing_then_the_case_goes_back(
    desk: Connection,
) -> None:
    owned(desk, 130, due_at=ago(61 * 60))
    assert whys(desk) == ["silent"]


def test_given_a_note_meanwhile_when_a_promise_is_broken_then_its_owner_keeps_the_case(desk: Connection) -> None:
    id_ = owned(desk, 130, due_at=ago(61 * 60))
    row = {"handover_id": id_, "staff_id": LAN, "kind": "noted", "created_at": ago(600)}
    desk.execute(handover_event.insert().values(**row))
    assert whys(desk) == []


def test_given_a_case_that_was_late_when_somebody_has_just_taken_it_then_they_keep_it(desk: Connection) -> None:
    owned(desk, 300, due_at=ago(200 * 60), claimed_at=ago(60))
    assert whys(desk) == []


def test_given_an_owner_who_comes_back_when_released_then_they_keep_the_case(desk: Connection) -> None:
    id_ = owned(desk)
    lan(desk, seen_at=None)
    (lease,) = lapsed(desk, now())
    lan(desk, seen_at=now())
    assert not release(desk, lease, now())
    assert kit.of(desk, id_).staff_id == LAN


def test_given_a_case_that_was_passed_on_when_released_then_its_new_owner_keeps_it(desk: Connection) -> None:
    id_ = owned(desk)
    lan(desk, seen_at=None)
    (lease,) = lapsed(desk, now())
    other = kit.person(desk, "hoa", office_id=2, seen_at=None)
    desk.execute(update(handover).values(staff_id=other))
    assert not release(desk, lease, now())
    assert kit.of(desk, id_).staff_id == other


def test_given_a_lease_that_is_over_when_released_twice_then_it_is_released_once(desk: Connection) -> None:
    owned(desk)
    lan(desk, seen_at=None)
    (lease,) = lapsed(desk, now())
    assert [release(desk, lease, now()), release(desk, lease, now())] == [True, False]
    assert len(desk.execute(select(handover_event.c.id)).all()) == 1


def test_given_many_when_looked_then_whoever_waits_longest_comes_first(desk: Connection) -> None:
    ids = [owned(desk, minutes, address=f"a{minutes}") for minutes in (10, 30, 20)]
    lan(desk, seen_at=None)
    assert [lease.case_id for lease in lapsed(desk, now())] == [ids[1], ids[2], ids[0]]
    assert leases.GONE_AFTER == 5
