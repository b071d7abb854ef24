"""Days of retention and moments as people read them."""

from __future__ import annotations

from datetime import datetime

from bot.conversation.hours import HERE
from bot.words import words
from procedures.validity import utc

_YEAR = 365


def days(count: int, language: str) -> str:
    """In years where it is whole years, else in days; that it has no end for 0."""
    if count == 0:
        return words().say("keep.for_ever", language)
    if count % _YEAR == 0:
        years = count // _YEAR
        return words().say("keep.year" if years == 1 else "keep.years", language, n=years)
    return words().say("keep.day" if count == 1 else "keep.days", language, n=count)


def day(at: datetime) -> str:
    """29/11/2026, Vietnam's time."""
    return f"{utc(at).astimezone(HERE):%d/%m/%Y}"


def moment(at: datetime) -> str:
    """For programs and people: Vietnam's time with its zone."""
    return utc(at).astimezone(HERE).isoformat(timespec="seconds")


def clock(at: datetime) -> str:
    """07:05 29/11/2026, Vietnam's time."""
    return f"{utc(at).astimezone(HERE):%H:%M %d/%m/%Y}"
