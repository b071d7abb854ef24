"""Numbers for the lead, counted in the office's own minutes and compared with the calendar that counts one by one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.engine import Connection, Engine

from bot.conversation.hours import HERE, Calendar, Special
from bot.handover import offices
from bot.handover.numbers import now_of, numbers
from bot.handover.offices import Office
from bot.handover.spans import Worked, minute_of, ranked
from bot.store.desk_tables import special_day
from bot.store.tables import conversation
from tests.bot.handover import kit

#: A Monday; the week is 07:30–11:30, 13:30–17:00, Saturdays in the morning.
MONDAY = date(2026, 3, 2)
WEEK: list[Any] = [[["07:30", "11:30"], ["13:30", "17:00"]]] * 5 + [[["07:30", "11:30"]], []]


def at(day: date, clock: str) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=HERE).astimezone(timezone.utc)


@pytest.fixture
def connection(database: Engine) -> Iterator[Connection]:
    with database.begin() as opened:
        yield opened


@pytest.fixture
def office(connection: Connection) -> Office:
    return offices.of(connection, kit.office(connection, hours=json.dumps(WEEK), promise=60))


def opened(connection: Connection, office: Office, name: str, start: datetime, **values: Any) -> int:
    return kit.case(connection, address=name, office_id=office.id, created_at=start, waits_since=start, **values)


def test_given_no_cases_when_counted_then_there_is_nothing_and_no_error(connection: Connection, office: Office) -> None:
    told = numbers(connection, [office], MONDAY, MONDAY)
    assert (told.total.opened, told.total.share, told.total.first_median) == (0, None, None)
    assert not any((told.offices, told.days, told.cells, told.outcomes))
    assert told.ratings.mean is None and told.ratings.stars == (0,) * 5
    assert numbers(connection, [], MONDAY, MONDAY).total.opened == 0
    assert now_of(connection, []) == {}


def test_given_a_reply_after_lunch_when_counted_then_lunch_is_not_waiting(
    connection: Connection, office: Office
) -> None:
    start, replied = at(MONDAY, "11:00"), at(MONDAY, "13:59")
    closed = at(MONDAY, "14:30")
    said: dict[str, Any] = {"first_reply_at": replied, "closed_at": closed, "status": "closed", "outcome": "answered"}
    opened(connection, office, "a", start, **said, staff_id=kit.person(connection))
    row = numbers(connection, [office], MONDAY, MONDAY, closed).total
    assert (row.first_median, row.first_ninetieth, row.closing_median) == (59, 59, 90)
    assert (row.opened, row.due, row.kept, row.share, row.closed) == (1, 1, 1, 100, 1)


def test_given_the_promise_when_answered_at_its_last_minute_or_after_then_it_is_kept_or_broken(
    connection: Connection, office: Office
) -> None:
    start = at(MONDAY, "08:00")
    for name, minutes in (("a", 60), ("b", 61)):
        opened(connection, office, name, start, first_reply_at=start + timedelta(minutes=minutes))
    row = numbers(connection, [office], MONDAY, MONDAY, start + timedelta(hours=2)).total
    assert (row.due, row.kept, row.share) == (2, 1, 50)


@pytest.mark.parametrize(("minutes", "due"), [(59, 0), (60, 0), (61, 1)])
def test_given_nobody_has_answered_when_the_promise_is_over_then_it_is_late_and_not_before(
    connection: Connection, office: Office, minutes: int, due: int
) -> None:
    start = at(MONDAY, "08:00")
    opened(connection, office, "a", start)
    row = numbers(connection, [office], MONDAY, MONDAY, start + timedelta(minutes=minutes)).total
    assert (row.due, row.kept) == (due, 0)


@pytest.mark.parametrize(("outcome", "due"), [("cancelled", 0), ("spam", 0), ("at_counter", 1), ("answered", 1)])
def test_given_an_end_without_a_reply_when_counted_then_only_what_was_owed_is_due(
    connection: Connection, office: Office, outcome: str, due: int
) -> None:
    start = at(MONDAY, "08:00")
    ended = {"status": "closed", "outcome": outcome, "closed_at": start + timedelta(minutes=10)}
    opened(connection, office, "a", start, **ended)
    told = numbers(connection, [office], MONDAY, MONDAY, start + timedelta(days=1))
    assert (told.total.due, told.total.kept, told.outcomes) == (due, due, {outcome: 1})


def test_given_days_when_counted_then_they_begin_and_end_at_midnight_here(
    connection: Connection, office: Office
) -> None:
    for name, moment in (
        *(("before", at(MONDAY - timedelta(1), "23:59")), ("first", at(MONDAY, "00:00"))),
        *(("last", at(MONDAY, "23:59")), ("after", at(MONDAY + timedelta(1), "00:00"))),
    ):
        opened(connection, office, name, moment)
    told = numbers(connection, [office], MONDAY, MONDAY)
    assert told.total.opened == 2 and set(told.days) == {MONDAY} and set(told.cells) == {(office.id, MONDAY)}
    both = numbers(connection, [office], MONDAY, MONDAY + timedelta(1))
    assert {day: row.opened for day, row in both.days.items()} == {MONDAY: 2, MONDAY + timedelta(1): 1}


def test_given_several_offices_when_counted_then_each_keeps_its_own_hours_and_others_are_left_out(
    connection: Connection, office: Office
) -> None:
    always, other = (offices.of(connection, kit.office(connection)) for _ in range(2))
    start, replied = at(MONDAY, "11:00"), at(MONDAY, "13:30")
    for one in (office, always, other):
        opened(connection, one, f"o{one.id}", start, first_reply_at=replied)
    told = numbers(connection, [office, always], MONDAY, MONDAY, replied)
    assert {id_: row.first_median for id_, row in told.offices.items()} == {office.id: 30, always.id: 150}
    assert told.total.opened == 2


def test_given_reasons_ratings_and_channels_when_counted_then_each_is_told(
    connection: Connection, office: Office
) -> None:
    start = at(MONDAY, "08:00")
    opened(connection, office, "a", start, reason="asked, photo", language="zh", rating=5)
    opened(connection, office, "b", start, reason="asked", rating=4, channel="telegram")
    told = numbers(connection, [office], MONDAY, MONDAY)
    assert told.reasons == {"asked": 2, "photo": 1} and told.languages == {"zh": 1, "vi": 1}
    assert told.channels == {"web": 1, "telegram": 1}
    assert (told.ratings.count, told.ratings.mean, told.ratings.stars) == (2, 4.5, (0, 0, 0, 1, 1))


def test_given_open_cases_when_looked_at_now_then_waiting_longest_and_overdue_are_told(
    connection: Connection, office: Office
) -> None:
    moment = at(MONDAY, "14:00")
    opened(connection, office, "a", at(MONDAY, "11:00"), due_at=at(MONDAY, "13:30"))
    opened(connection, office, "b", at(MONDAY, "13:45"), due_at=at(MONDAY, "14:45"))
    opened(connection, office, "c", at(MONDAY, "08:00"), staff_id=kit.person(connection))
    opened(connection, office, "d", at(MONDAY, "08:00"), status="closed")
    noise = opened(connection, office, "e", at(MONDAY, "07:30"))
    mine = conversation.c.id == kit.of(connection, noise).conversation_id
    connection.execute(update(conversation).where(mine).values(spam_at=moment))
    still = now_of(connection, [office], moment)[office.id]
    assert (still.waiting, still.longest, still.with_staff, still.overdue) == (2, 60, 1, 1)


def test_given_a_holiday_when_counted_then_nobody_waits_on_it(connection: Connection, office: Office) -> None:
    tuesday = MONDAY + timedelta(1)
    row = {"day": tuesday.isoformat(), "open": False, "name": "x", "source": "y"}
    connection.execute(special_day.insert().values(**row))
    one = offices.of(connection, office.id)
    opened(connection, one, "a", at(MONDAY, "16:30"), first_reply_at=at(MONDAY + timedelta(2), "08:00"))
    assert numbers(connection, [one], MONDAY, MONDAY).total.first_median == 60


_CALENDAR = Calendar(
    tuple(
        tuple((datetime.strptime(a, "%H:%M").time(), datetime.strptime(b, "%H:%M").time()) for a, b in day)
        for day in WEEK
    ),
    {MONDAY + timedelta(3): Special(False, "x"), MONDAY + timedelta(6): Special(True, "y")},
)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 14 * 1440), st.integers(0, 14 * 1440))
def test_given_two_moments_when_counted_at_once_then_the_calendar_counts_the_same(start: int, length: int) -> None:
    first = at(MONDAY, "00:00") + timedelta(minutes=start)
    last = first + timedelta(minutes=length)
    worked = Worked(_CALENDAR, MONDAY, MONDAY + timedelta(28))
    pair = (np.array([minute_of(first)]), np.array([minute_of(last)]))
    assert worked.between(*pair)[0] == _CALENDAR.minutes(first, last)
    assert worked.between(*reversed(pair))[0] == 0


def test_given_shares_when_ranked_then_at_least_so_many_lie_within() -> None:
    minutes = np.array([10.0, np.nan, 20, 30, 40, 50, 60, 70, 80, 90, 100])
    assert ranked(minutes, (0.5, 0.9, 1.0, 0.0)) == (50, 90, 100, 10)
    assert ranked(np.array([np.nan]), (0.5,)) == (None,) and ranked(np.array([7.9]), (0.5, 0.9)) == (7, 7)
