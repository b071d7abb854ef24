"""How often each procedure was answered about: counted once, then only what has come since."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from bot.post.clock import now
from bot.store.tables import turn

#: How far back is counted, when this process counts first.
DAYS = 90
#: The column begins [{"code": " and then holds the code of the likeliest procedure.
_BEGIN, _LONGEST_CODE = '[{"code": "', 16


class Asked:
    """Answers by procedure. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0
        self._counts: Counter[str] = Counter()

    def counts(self, connection: Connection) -> Mapping[str, int]:
        """How many messages were answered about each procedure, of some three months."""
        with self._lock:
            last = connection.execute(select(func.max(turn.c.inbox_id))).scalar() or 0
            if last > self._last:
                self._count(connection, last)
                self._last = last
            return self._counts

    def _count(self, connection: Connection, last: int) -> None:
        code = func.substr(turn.c.procedures, len(_BEGIN) + 1, _LONGEST_CODE)
        new = (turn.c.inbox_id > self._last) & (turn.c.inbox_id <= last) & (turn.c.procedures != "[]")
        if not self._last:
            new &= turn.c.created_at >= now() - timedelta(days=DAYS)
        for begin, count in connection.execute(select(code, func.count()).where(new).group_by(code)):
            self._counts[begin.partition('"')[0]] += count
