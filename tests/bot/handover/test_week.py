"""Weeks as people type them."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import StaffInvalid
from bot.handover import week

USUAL = "T2-T6 07:30-11:30 13:30-17:00; T7 07:30-11:30"


def test_given_hours_as_typed_when_parsed_then_lunch_saturday_and_sunday_are_right() -> None:
    parsed = week.parse(USUAL)
    assert parsed[0] == ((time(7, 30), time(11, 30)), (time(13, 30), time(17)))
    assert (parsed[4], parsed[5], parsed[6]) == (parsed[0], ((time(7, 30), time(11, 30)),), ())


@pytest.mark.parametrize("text", ["t2–t6 7h30–11h30 13:30 - 17:00;T7 7:30-11:30;", USUAL])
def test_given_other_ways_to_write_them_when_parsed_then_they_are_the_same(text: str) -> None:
    assert week.text_of(week.parse(text)) == USUAL


@pytest.mark.parametrize(
    "text",
    [
        *("", ";", "T2", "T8 07:30-11:30", "07:30-11:30", "T6-T2 07:30-11:30", "T2 07:30", "T2 25:00-26:00"),
        *("T2 11:30-07:30", "T2 07:30-07:30", "T2 07:30-11:30 11:00-12:00", "T2-T4 07:30-11:30; T3 07:30-11:30"),
    ],
)
def test_given_hours_that_are_none_when_parsed_then_they_are_refused(text: str) -> None:
    with pytest.raises(StaffInvalid):
        week.parse(text)


@st.composite
def weeks(draw: st.DrawFn) -> week.Week:
    minutes = st.lists(st.integers(0, 1439), unique=True, max_size=6).map(sorted)
    edges = [[time(m // 60, m % 60) for m in draw(minutes)] for _ in range(7)]
    return tuple(tuple(zip(day[::2], day[1::2], strict=False)) for day in edges)


@given(weeks())
def test_given_any_week_when_printed_and_kept_then_it_is_read_back(some: week.Week) -> None:
    assert week.load(week.dump(some)) == some
    if any(some):
        assert week.parse(week.text_of(some)) == some
    else:
        assert week.text_of(some) == ""
