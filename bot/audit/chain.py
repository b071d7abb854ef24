"""The chain looked at: its head, whether it is whole, and how old lines leave it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.engine import Connection

from bot.audit.writing import BEGINNING, digest_of, note
from bot.store.console_tables import audit_entry

#: The deed of taking out old lines; the line says up to which, and their last hash.
CHECKPOINT = "audit.checkpoint"
#: Lines that are read at once.
_AT_ONCE = 1000


class Trouble(str, Enum):
    """What is wrong with a line."""

    #: It says something else than when it was written.
    CHANGED = "changed"
    #: Lines before it are gone.
    MISSING = "missing"
    #: It is chained to a line that stands elsewhere.
    ORDER = "order"
    #: The head that was kept elsewhere is no line of the chain: its end was cut off, or all of it written anew.
    HEAD = "head"


@dataclass(frozen=True)
class Head:
    """The newest line; 0 and BEGINNING where there is none."""

    id: int
    digest: str

    def __str__(self) -> str:
        return f"{self.id}:{self.digest}"


@dataclass(frozen=True)
class Found:
    """What a look has found. `entry` and `trouble` are those of the first broken line; None where it is whole."""

    lines: int
    head: Head
    entry: int | None = None
    trouble: Trouble | None = None

    @property
    def whole(self) -> bool:
        """Nothing is wrong."""
        return self.trouble is None


def head(connection: Connection) -> Head:
    """The newest line."""
    newest = select(audit_entry.c.id, audit_entry.c.digest).order_by(audit_entry.c.id.desc()).limit(1)
    row = connection.execute(newest).first()
    return Head(row.id, row.digest) if row else Head(0, BEGINNING)


def anchor(told: str) -> Head:
    """A head as `str` writes it. Raises ValueError."""
    number, _, digest = told.strip().partition(":")
    if len(digest) != len(BEGINNING) or not set(digest) <= set("0123456789abcdef"):
        raise ValueError(told)
    return Head(int(number), digest)


def verify(connection: Connection, kept: Head | None = None) -> Found:
    """Reads the whole chain; some 50,000 lines a second. `kept`: a head of before, which must still be in it."""
    checkpoint = _checkpoint(connection)
    last, lines, seen = checkpoint, 0, kept is None or kept.id <= checkpoint.id
    for row in _every(connection):
        trouble = _trouble(connection, row, last)
        if trouble is not None:
            return Found(lines, last, row["id"], trouble)
        last, lines = Head(row["id"], row["digest"]), lines + 1
        seen = seen or last == kept
    if kept is not None and not seen:
        return Found(lines, last, kept.id, Trouble.HEAD)
    return Found(lines, last)


def trim(connection: Connection, before: datetime, staff_id: int | None, reason: str) -> int:
    """Takes out lines older than a moment, UTC, and notes up to which. Returns how many.

    The newest line always stays. A chain that is broken is left as it is: raises ValueError.
    """
    newest = head(connection)
    old = select(func.max(audit_entry.c.id)).where(audit_entry.c.created_at < before, audit_entry.c.id < newest.id)
    upto = connection.execute(old).scalar()
    if upto is None:
        return 0
    if not verify(connection).whole:
        raise ValueError("the chain is broken")
    digest = connection.execute(select(audit_entry.c.digest).where(audit_entry.c.id == upto)).scalar()
    note(connection, staff_id, CHECKPOINT, str(upto), after={"digest": digest}, reason=reason)
    # Only now: the database lets go of lines that a checkpoint covers, and of no others.
    return int(connection.execute(delete(audit_entry).where(audit_entry.c.id <= upto)).rowcount)


def _checkpoint(connection: Connection) -> Head:
    """What the first line that is left must be chained to."""
    noted = select(audit_entry.c.subject, audit_entry.c.after).where(audit_entry.c.action == CHECKPOINT)
    row = connection.execute(noted.order_by(audit_entry.c.id.desc()).limit(1)).first()
    return Head(int(row.subject), json.loads(row.after)["digest"]) if row else Head(0, BEGINNING)


def _trouble(connection: Connection, row: Any, last: Head) -> Trouble | None:
    if digest_of(row) != row["digest"]:
        return Trouble.CHANGED
    if row["previous"] == last.digest:
        return None
    elsewhere = select(audit_entry.c.id).where(audit_entry.c.digest == row["previous"])
    return Trouble.ORDER if connection.execute(elsewhere).first() else Trouble.MISSING


def _every(connection: Connection) -> Iterator[Any]:
    """All lines, in order."""
    last = 0
    while True:
        batch = select(audit_entry).where(audit_entry.c.id > last).order_by(audit_entry.c.id).limit(_AT_ONCE)
        rows = connection.execute(batch).mappings().all()
        yield from rows
        if len(rows) < _AT_ONCE:
            return
        last = rows[-1]["id"]
