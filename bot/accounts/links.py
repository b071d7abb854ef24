"""One-time links: by them somebody chooses their own password, or becomes the first admin."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from bot.accounts.people import Role
from bot.post.clock import now
from bot.store.account_tables import one_time_link
from bot.store.desk_tables import staff
from procedures.validity import utc

#: How long a link of an admin is good, and the one of a first start, which ends at the next start too.
LASTS, FIRST_LASTS = timedelta(hours=24), timedelta(days=7)


class Purpose(str, Enum):
    """What it is for."""

    PASSWORD = "password"  # noqa: S105  # no password
    FIRST_ADMIN = "admin"


class State(Enum):
    """What may become of a link that somebody opens."""

    OPEN = "open"
    USED = "used"
    #: Too old, or a newer one was made.
    OVER = "over"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Link:
    """A link that somebody opens; `purpose` and `staff_id` say nothing of one that is unknown."""

    id: int
    state: State
    purpose: Purpose
    #: Whose password; None for the first admin.
    staff_id: int | None


def make(connection: Connection, staff_id: int, by: int | None) -> str:
    """The token of a link to choose a password; those of before end. `by`: the admin, None for the machine."""
    return _make(connection, Purpose.PASSWORD, staff_id, by, LASTS)


def first(connection: Connection) -> str | None:
    """The token of a link for the first admin, and those of before end; None where there is an admin."""
    if an_admin(connection):
        return None
    return _make(connection, Purpose.FIRST_ADMIN, None, None, FIRST_LASTS)


def an_admin(connection: Connection) -> bool:
    """Whether anybody is admin."""
    admins = select(staff.c.id).where(staff.c.role == Role.ADMIN.value, staff.c.ended_at.is_(None))
    return connection.execute(admins.limit(1)).first() is not None


def opened(connection: Connection, token: str, at: datetime | None = None) -> Link:
    """What a token names."""
    row = connection.execute(select(one_time_link).where(one_time_link.c.digest == _digest(token))).first()
    if row is None:
        return Link(0, State.UNKNOWN, Purpose.PASSWORD, None)
    state = State.USED if row.used_at else State.OVER if utc(row.expires_at) <= (at or now()) else State.OPEN
    purpose = Purpose(row.purpose)
    if state is State.OPEN and purpose is Purpose.FIRST_ADMIN and an_admin(connection):
        state = State.OVER
    return Link(row.id, state, purpose, row.staff_id)


def use(connection: Connection, link: Link, at: datetime | None = None) -> bool:
    """Uses it up, once; whether it was this once. What it is for belongs in the same transaction."""
    moment = at or now()
    good = (one_time_link.c.id == link.id) & one_time_link.c.used_at.is_(None) & (one_time_link.c.expires_at > moment)
    return bool(connection.execute(update(one_time_link).where(good).values(used_at=moment)).rowcount)


def _make(connection: Connection, purpose: Purpose, staff_id: int | None, by: int | None, lasts: timedelta) -> str:
    token, moment = secrets.token_urlsafe(24), now()
    before = (one_time_link.c.purpose == purpose.value) & one_time_link.c.used_at.is_(None)
    whose = one_time_link.c.staff_id == staff_id if staff_id else one_time_link.c.staff_id.is_(None)
    older = update(one_time_link).where(before, whose, one_time_link.c.expires_at > moment)
    connection.execute(older.values(expires_at=moment))
    row = {"digest": _digest(token), "purpose": purpose.value, "staff_id": staff_id, "made_by": by}
    connection.execute(insert(one_time_link).values(**row, created_at=moment, expires_at=moment + lasts))
    return token


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
