"""Working time: lunch, Saturdays, holidays in a row, Saturdays that are worked in exchange."""

from __future__ import annotations

import time as clock
from datetime import date, datetime, time, timedelta, timezone

import pytest

from bot.conversation.hours import HERE, Calendar, Period, Special

MORNING, AFTERNOON = (time(7, 30), time(11, 30)), (time(13, 30), time(17))
DAY = (MORNING, AFTERNOON)
#: Monday to Friday, and Saturday mornings.
WEEK = (*[DAY] * 5, (MORNING,), ())
TET = {date(2026, 2, day): Special(False, "Tết") for day in range(16, 21)}
SWAP = {date(2026, 8, 31): Special(False, "Nghỉ"), date(2026, 8, 22): Special(True, "Làm bù")}
OFFICE = Calendar(WEEK, {**TET, **SWAP})
NEVER = Calendar(((),) * 7)
ALWAYS = Calendar((((time(0), time(23, 59)),),) * 7)


def at(day: str, hour: str) -> datetime:
    """A moment by the clock on the wall in Vietnam, as UTC."""
    return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=HERE).astimezone(timezone.utc)


@pytest.mark.parametrize(
    ("day", "hour", "open_"),
    [
        ("2026-11-30", "07:29:59", False),
        ("2026-11-30", "07:30", True),
        ("2026-11-30", "11:29:59", True),
        ("2026-11-30", "11:30", False),
        ("2026-11-30", "12:30", False),
        ("2026-11-30", "13:30", True),
        ("2026-11-30", "17:00", False),
        ("2026-12-05", "08:00", True),
        ("2026-12-05", "14:00", False),
        ("2026-12-06", "08:00", False),
        # A Monday of Tết, a Monday off in exchange for a Saturday, and that Saturday's afternoon.
        ("2026-02-16", "08:00", False),
        ("2026-08-31", "08:00", False),
        ("2026-08-22", "14:00", True),
    ],
)
def test_given_a_moment_when_asked_then_the_office_is_open_or_not(day: str, hour: str, open_: bool) -> None:
    assert OFFICE.is_open(at(day, hour)) is open_


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (("2026-11-30", "06:00"), ("2026-11-30", "07:30")),
        (("2026-11-30", "12:00"), ("2026-11-30", "13:30")),
        (("2026-11-30", "17:00"), ("2026-12-01", "07:30")),
        (("2026-12-04", "17:00"), ("2026-12-05", "07:30")),
        (("2026-12-05", "11:30"), ("2026-12-07", "07:30")),
        # Friday evening before Tết: the Saturday morning first, then the second Saturday.
        (("2026-02-13", "18:00"), ("2026-02-14", "07:30")),
        (("2026-02-14", "11:30"), ("2026-02-21", "07:30")),
        (("2026-08-29", "12:00"), ("2026-09-01", "07:30")),
        # The first hours of a day in Vietnam are another day in UTC.
        (("2026-12-01", "00:10"), ("2026-12-01", "07:30")),
    ],
)
def test_given_a_closed_office_when_asked_then_it_tells_its_next_opening(
    now: tuple[str, str], then: tuple[str, str]
) -> None:
    assert OFFICE.opens_next(at(*now)) == at(*then)


def test_given_an_office_that_never_closes_when_midnight_passes_then_no_minute_is_lost() -> None:
    before, after = at("2026-11-30", "23:58"), at("2026-12-01", "00:03:06")
    assert ALWAYS.minutes(before, after) == 5
    assert ALWAYS.add(before, 5) == at("2026-12-01", "00:03")
    assert ALWAYS.is_open(at("2026-11-30", "23:59:30"))


def test_given_an_open_office_when_asked_for_its_opening_then_it_is_now() -> None:
    now = at("2026-11-30", "10:12:13")
    assert OFFICE.opens_next(now) == now


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        (("2026-11-30", "08:00"), 60, ("2026-11-30", "09:00")),
        (("2026-11-30", "11:00"), 30, ("2026-11-30", "11:30")),
        (("2026-11-30", "11:00"), 60, ("2026-11-30", "14:00")),
        (("2026-11-30", "12:00"), 60, ("2026-11-30", "14:30")),
        (("2026-11-30", "11:30"), 60, ("2026-11-30", "14:30")),
        (("2026-11-30", "16:30"), 60, ("2026-12-01", "08:00")),
        (("2026-12-04", "16:30"), 60, ("2026-12-05", "08:00")),
        (("2026-12-05", "11:00"), 60, ("2026-12-07", "08:00")),
        (("2026-12-06", "20:00"), 60, ("2026-12-07", "08:30")),
        # Over Tết, and over a Saturday worked in exchange for a Monday.
        (("2026-02-14", "11:00"), 300, ("2026-02-23", "08:00")),
        (("2026-08-21", "16:30"), 450, ("2026-08-22", "16:30")),
        (("2026-08-29", "11:00"), 60, ("2026-09-01", "08:00")),
        (("2026-11-30", "12:00"), 0, ("2026-11-30", "12:00")),
    ],
)
def test_given_working_minutes_when_added_then_closed_hours_do_not_count(
    start: tuple[str, str], minutes: int, end: tuple[str, str]
) -> None:
    assert OFFICE.add(at(*start), minutes) == at(*end)
    assert OFFICE.minutes(at(*start), at(*end)) == minutes


def test_given_two_moments_when_measured_then_only_whole_working_minutes_count() -> None:
    assert OFFICE.minutes(at("2026-11-30", "11:29:30"), at("2026-11-30", "13:30:29")) == 0
    assert OFFICE.minutes(at("2026-11-30", "11:29:30"), at("2026-11-30", "13:30:30")) == 1
    assert OFFICE.minutes(at("2026-11-30", "00:00"), at("2026-12-07", "00:00")) == 5 * 450 + 240
    assert OFFICE.minutes(at("2026-12-07", "00:00"), at("2026-11-30", "00:00")) == 0


def test_given_an_office_without_hours_when_asked_then_every_question_has_an_end() -> None:
    now = at("2026-11-30", "08:00")
    assert NEVER.opens_next(now) is None
    assert NEVER.add(now, 60) == now + timedelta(days=1)
    assert NEVER.add(now, 481) == now + timedelta(days=2)
    assert NEVER.add(now, 0) == now
    assert NEVER.minutes(now, now + timedelta(days=400)) == 0
    # A day worked in exchange keeps Monday's periods: of no periods, none.
    assert not Calendar(NEVER.week, {date(2026, 12, 5): Special(True, "Làm bù")}).is_open(at("2026-12-05", "08:00"))


def test_given_an_office_that_is_closed_for_months_when_asked_then_nothing_is_guessed() -> None:
    flood = {date(2026, 12, 1) + timedelta(days=n): Special(False, "Lũ") for n in range(90)}
    now = at("2026-12-01", "08:00")
    closed = Calendar(WEEK, flood)
    assert closed.opens_next(now) is None
    assert closed.add(now, 30) == at("2027-03-01", "08:00")


def test_given_minutes_beyond_all_measure_when_added_then_it_ends_after_ten_years_and_at_once() -> None:
    now = at("2026-11-30", "08:00")
    started = clock.perf_counter()
    assert OFFICE.add(now, 10**15) == NEVER.add(now, 10**15) == now + timedelta(days=3660)
    assert clock.perf_counter() - started < 1


def test_given_a_moment_without_a_zone_when_asked_then_it_is_refused() -> None:
    naive, aware = datetime(2026, 11, 30, 8), at("2026-11-30", "08:00")
    for ask in (
        lambda: OFFICE.is_open(naive),
        lambda: OFFICE.opens_next(naive),
        lambda: OFFICE.add(naive, 1),
        lambda: OFFICE.minutes(naive, aware),
        lambda: OFFICE.minutes(aware, naive),
        lambda: OFFICE.add(aware, -1),
    ):
        with pytest.raises(ValueError):
            ask()


@pytest.mark.parametrize(
    "week",
    [
        (DAY,) * 6,
        (((time(9), time(8)),), *[()] * 6),
        (((time(8), time(8)),), *[()] * 6),
        (((time(8), time(10)), (time(9), time(11))), *[()] * 6),
        ((AFTERNOON, MORNING), *[()] * 6),
        # Two that touch are one.
        (((time(8), time(10)), (time(10), time(11))), *[()] * 6),
    ],
)
def test_given_a_week_that_is_none_when_made_then_it_is_refused(week: tuple[tuple[Period, ...], ...]) -> None:
    with pytest.raises(ValueError):
        Calendar(week)
