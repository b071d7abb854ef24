"""The week of an office as people type it and as its row keeps it.

Typed: "T2-T6 07:30-11:30 13:30-17:00; T7 07:30-11:30". T2 is Monday, as it is written in Vietnam, and CN Sunday; days
that are not named are closed.
"""

from __future__ import annotations

import json
import re
from datetime import time
from itertools import groupby

from bot.conversation.hours import Calendar, Period
from bot.errors import StaffInvalid

Week = tuple[tuple[Period, ...], ...]

DAYS = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")
_PART = re.compile(r"(?P<first>T[2-7]|CN)(?:-(?P<last>T[2-7]|CN))?\s+(?P<periods>\S.*)")
_PERIOD = re.compile(r"(\d{1,2})[:hH](\d{2})-(\d{1,2})[:hH](\d{2})")
_DASH = re.compile(r"\s*[-–—]\s*")
_EXAMPLE = "T2-T6 07:30-11:30 13:30-17:00; T7 07:30-11:30"


def parse(text: str) -> Week:
    """The week that a text says, Monday first. Raises StaffInvalid, with how to write it."""
    week: dict[int, tuple[Period, ...]] = {}
    for part in filter(None, (one.strip() for one in text.split(";"))):
        days, periods = _part(part)
        if any(day in week for day in days):
            raise StaffInvalid(f'"{part}" names a day that was named before', "hours")
        week |= dict.fromkeys(days, periods)
    if not week:
        raise StaffInvalid(f'An office is open at some time. Write it as "{_EXAMPLE}"', "hours")
    return _checked(tuple(week.get(day, ()) for day in range(len(DAYS))))


def text_of(week: Week) -> str:
    """What `parse` reads; empty where it is never open."""
    told = []
    for periods, days in groupby(range(len(DAYS)), key=lambda day: week[day]):
        run = list(days)
        if periods:
            named = DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}"
            told.append(" ".join([named, *(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in periods)]))
    return "; ".join(told)


def load(kept: str) -> Week:
    """What the column `office.hours` keeps."""
    return tuple(tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in day) for day in json.loads(kept))


def dump(week: Week) -> str:
    """The same as the column keeps it."""
    return json.dumps([[[f"{opens:%H:%M}", f"{closes:%H:%M}"] for opens, closes in day] for day in week])


def _part(part: str) -> tuple[range, tuple[Period, ...]]:
    """The days of one part, Monday is 0, and their periods."""
    found = _PART.fullmatch(_DASH.sub("-", part).upper())
    if found is None:
        raise StaffInvalid(f'"{part}" is no day with its hours. Write it as "{_EXAMPLE}"', "hours")
    first = DAYS.index(found["first"])
    last = DAYS.index(found["last"] or found["first"])
    if last < first:
        raise StaffInvalid(f'"{part}" runs backwards: a week goes from T2 (Monday) to CN (Sunday)', "hours")
    return range(first, last + 1), tuple(_period(one) for one in found["periods"].split())


def _period(text: str) -> Period:
    found = _PERIOD.fullmatch(text)
    try:
        opens_hour, opens, closes_hour, closes = map(int, found.groups()) if found else (-1,) * 4
        return time(opens_hour, opens), time(closes_hour, closes)
    except ValueError as error:
        raise StaffInvalid(f'"{text}" is no time from and to, such as 07:30-11:30', "hours") from error


def _checked(week: Week) -> Week:
    try:
        return Calendar(week).week
    except ValueError as error:
        raise StaffInvalid("The hours of a day are empty, overlap or run backwards", "hours") from error
