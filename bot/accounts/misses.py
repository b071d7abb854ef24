"""Wrong passwords and codes are counted where they come from, so that who guesses elsewhere keeps nobody out."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from bot.store.account_tables import sign_in_miss
from procedures.validity import utc

#: Misses in a row after which no more are heard for some time, longer with each further one.
MOST_MISSES = 5
FIRST_LOCK, LONGEST_LOCK = timedelta(minutes=1), timedelta(minutes=15)
#: A miss of before counts no more.
_REMEMBERED = timedelta(days=1)
#: Where codes of the second step are counted: whoever tries them knows the password, wherever they are.
CODE = "code"


class Paid(Enum):
    """What became of a try before it is looked at."""

    #: No more are heard for now.
    REFUSED = "refused"
    #: It counts as a miss until it proves right.
    COUNTED = "counted"
    #: The same, and if it is one, no more are heard for some time.
    LAST = "last"


def locked_until(misses: int, most: int, at: datetime) -> datetime | None:
    """Until when no more are heard after so many misses in a row; None for not yet."""
    if misses < most:
        return None
    # Nobody needs larger powers of two.
    doubled: int = 2 ** min(misses - most, 10)
    return at + min(FIRST_LOCK * doubled, LONGEST_LOCK)


def pay(connection: Connection, staff_id: int, source: str, at: datetime) -> Paid:
    """Counts a try as a miss. The row of whoever it is must be locked."""
    old = (sign_in_miss.c.staff_id == staff_id) & (sign_in_miss.c.missed_at < at - _REMEMBERED)
    connection.execute(delete(sign_in_miss).where(old))
    mine = (sign_in_miss.c.staff_id == staff_id) & (sign_in_miss.c.source == source)
    row = connection.execute(select(sign_in_miss).where(mine)).first()
    if row is not None and row.locked_until and utc(row.locked_until) > at:
        return Paid.REFUSED
    misses = (row.misses if row else 0) + 1
    until = locked_until(misses, MOST_MISSES, at)
    values = {"misses": misses, "locked_until": until, "missed_at": at}
    if row is None:
        connection.execute(insert(sign_in_miss).values(staff_id=staff_id, source=source, **values))
    else:
        connection.execute(update(sign_in_miss).where(mine).values(**values))
    return Paid.LAST if until else Paid.COUNTED


def locked(connection: Connection, staff_id: int, source: str, at: datetime) -> bool:
    """Whether no more are heard from there."""
    mine = (sign_in_miss.c.staff_id == staff_id) & (sign_in_miss.c.source == source)
    until = connection.execute(select(sign_in_miss.c.locked_until).where(mine)).scalar()
    return until is not None and utc(until) > at


def forget(connection: Connection, staff_id: int, source: str | None = None) -> None:
    """The count begins anew, everywhere where no source is named."""
    mine = sign_in_miss.c.staff_id == staff_id
    connection.execute(delete(sign_in_miss).where(mine & (sign_in_miss.c.source == source) if source else mine))
