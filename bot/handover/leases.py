"""Leases: who owns a case and is gone, or says nothing, gives it back to the line, where it keeps its place.

Only working time counts. An owner is judged while the citizen waits for their word; one who can no longer sign in is
judged at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.engine import Connection

from bot.errors import DeskError
from bot.handover import cases, offices, owning
from bot.handover.kinds import Status
from bot.handover.offices import Office
from bot.store.desk_tables import handover, handover_event, staff
from procedures.validity import utc

#: Working minutes without a sign of life after which an owner is gone.
GONE_AFTER = 5


@dataclass(frozen=True)
class Lapsed:
    """A case that somebody no longer holds. `why` is kept in its history: ended, off_duty, gone, silent."""

    case_id: int
    staff_id: int
    why: str


def lapsed(connection: Connection, at: datetime) -> tuple[Lapsed, ...]:
    """Leases that have run out, whoever waits longest first. Only looks."""
    rows = connection.execute(_owned().order_by(handover.c.waits_since, handover.c.id)).all()
    where = {id_: offices.of(connection, id_) for id_ in {row.office_id for row in rows}}
    judged = [(row, _why(row, where[row.office_id], at)) for row in rows]
    return tuple(Lapsed(row.id, row.staff_id, why) for row, why in judged if why)


def release(connection: Connection, lease: Lapsed, at: datetime) -> bool:
    """Puts a case back in line, in the caller's transaction, silently unless its owner has spoken.

    False where they have come back or said something meanwhile, or somebody else was faster.
    """
    owning.lock(connection, lease.case_id)
    row = connection.execute(_owned().where(handover.c.id == lease.case_id)).first()
    why = _why(row, offices.of(connection, row.office_id), at) if row else ""
    if not why or row.staff_id != lease.staff_id:
        return False
    try:
        cases.release(connection, lease.case_id, lease.staff_id, why)
    except DeskError:
        return False
    return True


def _owned() -> Any:
    """Cases that somebody owns and their citizen waits, or that somebody owns who has left."""
    acted = select(func.max(handover_event.c.created_at)).where(
        handover_event.c.handover_id == handover.c.id, handover_event.c.staff_id == handover.c.staff_id
    )
    case = (handover.c.id, handover.c.office_id, handover.c.staff_id, handover.c.claimed_at)
    waits = (handover.c.waits_since, handover.c.due_at, acted.scalar_subquery().label("acted_at"))
    owner = (staff.c.seen_at, staff.c.on_duty, staff.c.ended_at)
    joined = select(*case, *waits, *owner).join(staff, staff.c.id == handover.c.staff_id)
    held = or_(handover.c.waits_since.is_not(None), staff.c.ended_at.is_not(None))
    return joined.where(and_(handover.c.status == Status.WITH_STAFF.value, held))


def _why(row: Any, office: Office, at: datetime) -> str:
    """Why the lease of a row is over; empty while it is good."""
    if row.ended_at is not None:
        return "ended"
    if not row.on_duty:
        return "off_duty"
    if office.calendar.minutes(_latest(row.seen_at, row.claimed_at, row.waits_since), at) >= GONE_AFTER:
        return "gone"
    return "silent" if _silent(row, office, at) else ""


def _silent(row: Any, office: Office, at: datetime) -> bool:
    """A promise is broken, and for as long again as it was nothing has been done about it."""
    if row.due_at is None or utc(row.due_at) > at:
        return False
    return office.calendar.add(_latest(row.due_at, row.claimed_at, row.acted_at), office.promise) <= at


def _latest(*moments: datetime | None) -> datetime:
    return max(utc(one) for one in moments if one is not None)
