"""What holds of every week, every holiday and every moment."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone

from hypothesis import assume, given
from hypothesis import strategies as st

from bot.conversation.hours import Calendar, Period, Special

FIRST = date(2026, 1, 1)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(timezone.utc))
MINUTES = st.integers(0, 20_000)


@st.composite
def days(draw: st.DrawFn) -> tuple[Period, ...]:
    """Up to three periods, on any minute."""
    edges = sorted(draw(st.sets(st.integers(0, 24 * 60 - 1), max_size=6)))
    times = [time(edge // 60, edge % 60) for edge in edges]
    return tuple(zip(times[::2], times[1::2], strict=False))


SPECIALS = st.dictionaries(
    st.integers(0, 729).map(lambda n: FIRST + timedelta(days=n)),
    st.builds(Special, open=st.booleans(), name=st.just("x")),
    max_size=30,
)
CALENDARS = st.builds(Calendar, week=st.tuples(*[days()] * 7), special=SPECIALS)


@given(CALENDARS, MOMENTS, MINUTES)
def test_given_minutes_when_added_then_as_many_lie_between(office: Calendar, at: datetime, minutes: int) -> None:
    assume(any(office.week))
    end = office.add(at, minutes)
    assume(end < at + timedelta(days=3660))
    assert office.minutes(at, end) == minutes
    # And no earlier moment would do.
    assert minutes == 0 or office.minutes(at, end - timedelta(microseconds=1)) == minutes - 1


@given(CALENDARS, MOMENTS)
def test_given_a_moment_when_the_next_opening_is_told_then_it_is_open_and_nothing_is_before(
    office: Calendar, at: datetime
) -> None:
    opening = office.opens_next(at)
    if opening is None:
        assert office.minutes(at, at + timedelta(days=60)) == 0
        return
    assert office.is_open(opening) and at <= opening <= at + timedelta(days=60)
    assert office.minutes(at, opening) == 0
    assert office.opens_next(opening) == opening
    assert (opening == at) is office.is_open(at)


@given(CALENDARS, MOMENTS, MOMENTS, MINUTES, MINUTES)
def test_given_more_or_later_when_added_then_it_never_ends_earlier(
    office: Calendar, one: datetime, other: datetime, few: int, many: int
) -> None:
    (sooner, later), (few, many) = sorted((one, other)), sorted((few, many))
    assert office.add(sooner, few) <= office.add(sooner, many)
    assert office.add(sooner, few) <= office.add(later, few)
    assert sooner <= office.add(sooner, few)


@given(CALENDARS, st.lists(MOMENTS, min_size=3, max_size=3))
def test_given_three_moments_when_measured_then_the_parts_make_the_whole(
    office: Calendar, moments: list[datetime]
) -> None:
    first, second, third = sorted(moments)
    parts = office.minutes(first, second) + office.minutes(second, third)
    # Each part may lose what is less than a minute.
    assert parts <= office.minutes(first, third) <= parts + 1


@given(CALENDARS, MOMENTS)
def test_given_another_zone_when_asked_then_the_answer_is_the_same_moment(office: Calendar, at: datetime) -> None:
    elsewhere = at.astimezone(timezone(timedelta(hours=-5)))
    assert office.add(elsewhere, 90) == office.add(at, 90)
    assert office.add(elsewhere, 90).tzinfo is timezone.utc
    assert office.is_open(elsewhere) is office.is_open(at)
