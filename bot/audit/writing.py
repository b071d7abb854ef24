"""One line of the audit: written in the transaction of the deed, chained to the line before it.

Each line holds the SHA-256 of itself and of the hash of the line before, so that nobody can change, take out or move
one without breaking all that come after it. Whoever could write all of them anew is caught by a head that was kept
elsewhere: in each backup, and in the log once a day.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.engine import Connection

from bot.post.clock import now
from bot.store.console_tables import audit_entry
from procedures.validity import utc

#: What the first line of all is chained to.
BEGINNING = "0" * 64
_LONGEST_SUBJECT, _LONGEST_ACTION = 120, 40
#: Number of PostgreSQL's advisory lock under which lines are written, one after the other.
_LOCK = 7_219_014
#: What a line says, as it is hashed.
_TOLD = ("id", "staff_id", "action", "subject", "before", "after", "reason")


def note(
    connection: Connection,
    staff_id: int | None,
    action: str,
    subject: str,
    *,
    before: Any = None,
    after: Any = None,
    reason: str = "",
) -> None:
    """Writes one line. `action` such as "edit.published"; `before` and `after` are what JSON can hold, and no secret.

    `staff_id`: None for the system. From here to the end of the transaction nobody else writes a line: note last.
    """
    last = _last(connection)
    told = {name: "" if value is None else _json(value) for name, value in (("before", before), ("after", after))}
    row = {
        "id": last["id"] + 1,
        "staff_id": staff_id,
        "action": action[:_LONGEST_ACTION],
        "subject": subject[:_LONGEST_SUBJECT],
        **told,
        "reason": reason,
        "created_at": now(),
        "previous": last["digest"],
    }
    connection.execute(insert(audit_entry).values(**row, digest=digest_of(row)))


def digest_of(row: Mapping[str, Any]) -> str:
    """SHA-256, in hex, of a line and of the hash that it is chained to; `row` by names of columns."""
    at: datetime = utc(row["created_at"])
    told = {**{name: row[name] for name in _TOLD}, "at": at.isoformat(timespec="microseconds")}
    canonical = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{row['previous']}\n{canonical}".encode()).hexdigest()


def _last(connection: Connection) -> Mapping[str, Any]:
    """Number and hash of the newest line, which stays the newest until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    newest = select(audit_entry.c.id, audit_entry.c.digest).order_by(audit_entry.c.id.desc()).limit(1)
    row = connection.execute(newest).first()
    return row._mapping if row else {"id": 0, "digest": BEGINNING}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
