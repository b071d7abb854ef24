"""When a procedure may be filed, and what stands in its place afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from enum import Enum

from procedures.model import Procedure

#: A day begins here at midnight in Vietnam, wherever the server stands.
HERE = timezone(timedelta(hours=7))


class Standing(str, Enum):
    """What a day means for a procedure."""

    CURRENT = "current"
    ENDED = "ended"
    NOT_YET = "not_yet"


def standing(procedure: Procedure, day: date) -> Standing:
    """Whether it may be filed on that day; the first and the last day count. What is not told has no end."""
    if not within("", procedure.valid_until, day):
        return Standing.ENDED
    return Standing.CURRENT if within(procedure.valid_from, "", day) else Standing.NOT_YET


def successors(lookup: Callable[[str], Procedure | None], procedure: Procedure, day: date) -> tuple[Procedure, ...]:
    """The procedures that stand in its place on that day, in order, through those that have ended themselves.

    `lookup` is View.by_code, or store.load on a connection. Codes it does not know are passed over.
    """
    seen, waiting, found = {procedure.code}, list(procedure.replaced_by), list[Procedure]()
    while waiting:
        code = waiting.pop(0)
        if code in seen:
            continue
        seen.add(code)
        successor = lookup(code)
        if successor and standing(successor, day) is Standing.CURRENT:
            found.append(successor)
        elif successor:
            waiting[:0] = successor.replaced_by
    return tuple(found)


def within(first: str, last: str, day: date) -> bool:
    """Whether a day lies between two ISO days, both included; an empty one is open."""
    return (not first or first <= day.isoformat()) and (not last or day.isoformat() <= last)


def day_of(moment: datetime) -> date:
    """The day of a moment here."""
    return moment.astimezone(HERE).date()


def end_of(day: date) -> datetime:
    """The moment, UTC, at which a day ends here; it belongs to the next day."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=HERE) + timedelta(days=1)
    return midnight.astimezone(timezone.utc)


def today() -> date:
    """The day it is here."""
    return day_of(datetime.now(timezone.utc))


def utc(moment: datetime) -> datetime:
    """A moment out of the database, which SQLite gives back without its zone."""
    return moment.replace(tzinfo=timezone.utc) if moment.tzinfo is None else moment.astimezone(timezone.utc)
