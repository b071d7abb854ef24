"""That somebody has looked at a person's data: one line an hour for each person and thing: it stays readable."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.engine import Connection, Engine

from bot.audit.writing import note
from bot.post.clock import ago
from bot.store.console_tables import audit_entry

#: Seconds for which one line stands for all looks.
STANDS = 3600.0
#: Looks that are remembered here, so that a page that is opened again does not wait for whoever writes.
_KEPT = 5000


class Looks:
    """One for all pages of a process."""

    def __init__(self, database: Engine, clock: Callable[[], float] = time.monotonic) -> None:
        self._database, self._clock = database, clock
        self._lock = threading.Lock()
        self._known: dict[tuple[int, str, str], float] = {}

    def seen(self, staff_id: int, action: str, subject: str, after: Any = None) -> None:
        """Notes a look, unless one of the last hour is noted. Raises what the database raises: nobody looks unseen."""
        key = (staff_id, action, subject)
        at = self._clock()
        with self._lock:
            if self._known.get(key, -STANDS) > at - STANDS:
                return
        with self._database.begin() as connection:
            if not _noted(connection, *key):
                note(connection, staff_id, action, subject, after=after)
        with self._lock:
            self._known = {key: at, **dict(list(self._known.items())[: _KEPT - 1])}


def _noted(connection: Connection, staff_id: int, action: str, subject: str) -> bool:
    """By another process, or before this one began."""
    same = and_(audit_entry.c.subject == subject, audit_entry.c.action == action, audit_entry.c.staff_id == staff_id)
    lately = select(audit_entry.c.id).where(same, audit_entry.c.created_at > ago(STANDS)).limit(1)
    return connection.execute(lately).first() is not None
