"""Somebody leaves: they can no longer sign in, and what they have not finished goes back in line."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.accounts import people
from bot.handover import cases
from bot.handover.kinds import Status
from bot.store.desk_tables import handover

#: As the history of a case keeps it.
WHY = "ended"


def end(connection: Connection, staff_id: int) -> tuple[int, ...]:
    """Ends an account for good and gives back its cases, oldest first; their ids. Raises StaffInvalid.

    A case that they take in this very moment is found by bot.handover.leases.
    """
    people.end(connection, staff_id)
    mine = (handover.c.staff_id == staff_id, handover.c.status == Status.WITH_STAFF.value)
    owned = connection.execute(select(handover.c.id).where(*mine).order_by(handover.c.created_at, handover.c.id))
    returned = tuple(owned.scalars())
    for case_id in returned:
        cases.release(connection, case_id, staff_id, WHY)
    return returned
