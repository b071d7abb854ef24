"""The history of a case: written once, never changed, read in order."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from bot.handover.kinds import Event
from bot.post.clock import now
from bot.privacy.masking import masked
from bot.store.desk_tables import handover_event
from procedures.validity import utc

#: What of a case a change may need to put back.
_KEPT = (
    *("status", "office_id", "staff_id", "claimed_at", "waits_since", "due_at", "stage", "asks"),
    *("closed_at", "outcome"),
)
_MOMENTS = ("claimed_at", "waits_since", "due_at", "closed_at")


@dataclass(frozen=True)
class Happened:
    """One line of a history."""

    id: int
    case_id: int
    #: None: the system, or the citizen.
    staff_id: int | None
    kind: Event
    #: Words of staff.
    text: str
    data: Mapping[str, Any]
    #: UTC.
    at: datetime


def write(
    connection: Connection, case_id: int, kind: Event, staff_id: int | None = None, text: str = "", **data: Any
) -> int:
    """Adds a line in the caller's transaction; `data` is what JSON can hold. Returns its id.

    Whoever needs a citizen's number opens the line that it was said in: a note does not keep it for good.
    """
    told = {"kind": kind.value, "text": masked(text), "data": json.dumps(data, ensure_ascii=False)}
    row = {"handover_id": case_id, "staff_id": staff_id, **told, "created_at": now()}
    return int(connection.execute(insert(handover_event).values(**row)).inserted_primary_key[0])


def trace(row: Any) -> dict[str, Any]:
    """What a line keeps so that it can be undone, of the row of a case as it was before: it moves it by one version."""
    return {"version": row.version + 1, "before": {name: _plain(getattr(row, name)) for name in _KEPT}}


def before(happened: Happened) -> dict[str, Any]:
    """The columns as they were before it, by what `trace` has kept."""
    kept = happened.data["before"]
    return {name: moment(value) if name in _MOMENTS else value for name, value in kept.items()}


def moment(stored: str | None) -> datetime | None:
    """A moment that a line keeps, UTC."""
    return None if stored is None else utc(datetime.fromisoformat(stored))


def every(connection: Connection, case_id: int, after: int = 0) -> tuple[Happened, ...]:
    """All lines of a case with a greater id than `after`, oldest first."""
    mine = (handover_event.c.handover_id == case_id, handover_event.c.id > after)
    rows = connection.execute(select(handover_event).where(*mine).order_by(handover_event.c.id))
    return tuple(_read(row) for row in rows)


def latest(connection: Connection, case_id: int) -> Happened | None:
    """The last thing that was done to a case; None for nothing yet. Looking at something does nothing to it."""
    looks = handover_event.c.kind == Event.REVEALED.value
    lines = select(handover_event).where(handover_event.c.handover_id == case_id, ~looks)
    row = connection.execute(lines.order_by(handover_event.c.id.desc()).limit(1)).first()
    return None if row is None else _read(row)


def _read(row: Any) -> Happened:
    told = (Event(row.kind), row.text, json.loads(row.data))
    return Happened(row.id, row.handover_id, row.staff_id, *told, utc(row.created_at))


def _plain(value: Any) -> Any:
    return utc(value).isoformat() if isinstance(value, datetime) else value
