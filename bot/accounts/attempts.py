"""Trying a password: each try is paid for before it is looked at, so that many at once are but five in a row.

Tries are counted by where they come from: an address, or a browser in which somebody has signed in before. All strange
places together have a larger count, so that a guesser with many addresses is slowed down too. That count never holds
for a known browser: who guesses elsewhere cannot keep an officer out at their own desk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import select, update
from sqlalchemy.engine import Connection, Engine, Row

from bot.accounts import misses, passwords, people
from bot.accounts.browsers import Whence
from bot.accounts.misses import MOST_MISSES, Paid
from bot.accounts.people import Person
from bot.audit.writing import note
from bot.post.clock import now
from bot.store.desk_tables import staff
from procedures.validity import utc

__all__ = ["MOST_ANYWHERE", "MOST_MISSES", "confirm", "in_turn", "sign_in"]

#: Wrong passwords in a row from all strange places together after which none of those are heard for some time.
MOST_ANYWHERE = 20
_SOMEWHERE = Whence()

T = TypeVar("T")
#: However many try at once: two passwords are looked at together, 128 MiB, and no page waits for a thread.
_TURNS = ThreadPoolExecutor(2, "passwords")


async def in_turn(do: Callable[..., T], /, *given: Any, **named: Any) -> T:
    """Calls what looks at passwords or hashes them, beside the event loop."""
    return await asyncio.get_running_loop().run_in_executor(_TURNS, partial(do, *given, **named))


def sign_in(
    database: Engine, login: str, password: str, at: datetime | None = None, whence: Whence = _SOMEWHERE
) -> Person | None:
    """Who it is; None for a wrong password, a login that is not there, and one that is locked: all take as long.

    `at`: the moment, UTC; now where it is left out. Takes some 50 ms of a processor and 64 MiB.
    """
    known = people.named(login)
    return _tried(database, staff.c.login == known, password, at or now(), whence)


def confirm(
    database: Engine, staff_id: int, password: str, at: datetime | None = None, whence: Whence = _SOMEWHERE
) -> bool:
    """Whether somebody who is signed in knows their password; counted as at the door."""
    return _tried(database, staff.c.id == staff_id, password, at or now(), whence) is not None


def _tried(database: Engine, whose: Any, password: str, at: datetime, whence: Whence) -> Person | None:
    row, paid = _pay(database, whose, at, whence)
    # Also where nobody is there, and before anything is known of them.
    right = passwords.fits(row.password if row else passwords.nobodys(), password)
    if row is None:
        return None
    if right:
        return _let_in(database, row, password, whence)
    with database.begin() as connection:
        note(connection, None, "sign_in.locked" if paid is Paid.LAST else "sign_in.refused", row.login)
    return None


def _pay(database: Engine, whose: Any, at: datetime, whence: Whence) -> tuple[Row | None, Paid]:
    """Counts the try as a miss. No row where nobody is there, or no more are heard."""
    with database.begin() as connection:
        mine = select(staff.c.id, staff.c.login, staff.c.password, staff.c.misses, staff.c.locked_until)
        row = connection.execute(mine.where(whose, staff.c.ended_at.is_(None)).with_for_update()).first()
        if row is None:
            return None, Paid.REFUSED
        paid = _counted(connection, row, at, whence)
    return (None if paid is Paid.REFUSED else row), paid


def _counted(connection: Connection, row: Row, at: datetime, whence: Whence) -> Paid:
    if whence.knows(row.id):
        return misses.pay(connection, row.id, whence.source(row.id), at)
    if row.locked_until and utc(row.locked_until) > at:
        return Paid.REFUSED
    paid = misses.pay(connection, row.id, whence.source(row.id), at)
    if paid is Paid.REFUSED:
        return paid
    until = misses.locked_until(row.misses + 1, MOST_ANYWHERE, at)
    values = {"misses": row.misses + 1, "locked_until": until}
    connection.execute(update(staff).where(staff.c.id == row.id).values(**values))
    return Paid.LAST if until else paid


def _let_in(database: Engine, row: Row, password: str, whence: Whence) -> Person | None:
    """The count begins anew; a password that was hashed as we no longer do is hashed again."""
    values: dict[str, Any] = {"password": row.password}
    if passwords.worn(row.password):
        values = {"password": passwords.hashed(password)}
    if not whence.knows(row.id):
        # Who guesses elsewhere is not forgiven by a sign-in at the desk.
        values |= {"misses": 0, "locked_until": None}
    with database.begin() as connection:
        # A password that was changed meanwhile lets nobody in.
        same = (staff.c.id == row.id) & (staff.c.password == row.password) & staff.c.ended_at.is_(None)
        if not connection.execute(update(staff).where(same).values(**values)).rowcount:
            return None
        misses.forget(connection, row.id, whence.source(row.id))
        return people.by_id(connection, row.id)
