"""The day that somebody names: "thứ hai", "mai", "in 3 days", "5/12", "下周一"; never one that has passed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from procedures.typed.fold import fold

#: The furthest day that somebody may be reminded of.
FURTHEST = timedelta(days=180)
_DATE = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}))?\b|(\d{1,2})月(\d{1,2})[日号]")
_IN_DAYS = re.compile(r"\b(\d{1,2}) (?:ngay|hom|days?)\b|(\d{1,2}) ?天")
_TOMORROW = re.compile(r"\b(?:mai|tomorrow)\b|明天")
_AFTER = re.compile(r"\b(?:ngay kia|mot kia|day after tomorrow)\b|后天")
_NEXT_WEEK = re.compile(r"\b(?:tuan (?:sau|toi)|next week)\b|下(?:周|星期|礼拜)")
_WEEKDAYS = (
    re.compile(r"\b(?:thu (?:hai|2)|t2|monday)\b|(?:周|星期|礼拜)一"),
    re.compile(r"\b(?:thu (?:ba|3)|t3|tuesday)\b|(?:周|星期|礼拜)二"),
    re.compile(r"\b(?:thu (?:tu|4)|t4|wednesday)\b|(?:周|星期|礼拜)三"),
    re.compile(r"\b(?:thu (?:nam|5)|t5|thursday)\b|(?:周|星期|礼拜)四"),
    re.compile(r"\b(?:thu (?:sau|6)|t6|friday)\b|(?:周|星期|礼拜)五"),
    re.compile(r"\b(?:thu (?:bay|7)|t7|saturday)\b|(?:周|星期|礼拜)六"),
    re.compile(r"\b(?:chu nhat|cn|sunday)\b|(?:周|星期|礼拜)[日天]"),
)


def named_day(text: str, today: date) -> date | None:
    """The next such day after today, at most FURTHEST away; None where none is named."""
    said = fold(text)
    found = next(filter(None, (look(said, today) for look in _LOOKS)), None)
    return found if found and today < found <= today + FURTHEST else None


def _date(said: str, today: date) -> date | None:
    match = _DATE.search(said)
    if match is None:
        return None
    day, month = int(match[1] or match[5]), int(match[2] or match[4])
    try:
        found = date(int(match[3] or today.year), month, day)
        return found if match[3] or found > today else found.replace(year=today.year + 1)
    except ValueError:
        return None


def _in_days(said: str, today: date) -> date | None:
    match = _IN_DAYS.search(said)
    return today + timedelta(days=int(match[1] or match[2])) if match else None


def _weekday(said: str, today: date) -> date | None:
    later = bool(_NEXT_WEEK.search(said))
    named = next((number for number, pattern in enumerate(_WEEKDAYS) if pattern.search(said)), None)
    if named is None:
        return today + timedelta(days=7) if later else None
    if later:
        return today + timedelta(days=7 - today.weekday() + named)
    return today + timedelta(days=(named - today.weekday() - 1) % 7 + 1)


def _soon(said: str, today: date) -> date | None:
    if _AFTER.search(said):
        return today + timedelta(days=2)
    return today + timedelta(days=1) if _TOMORROW.search(said) else None


_LOOKS: tuple[Callable[[str, date], date | None], ...] = (_date, _in_days, _weekday, _soon)
