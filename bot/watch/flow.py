"""What has passed since the last look: messages in, turns, letters out.

Turns happen in another process, and letters may go out from a third: the database knows all of them, so one process
that is asked for metrics reads them there, and nobody writes figures into files for another to merge. Only what is old
enough to be committed counts, and only the newest rows are looked at, by their number.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram
from sqlalchemy import and_, func, select
from sqlalchemy.engine import Connection
from sqlalchemy.schema import Column

from bot.post.clock import ago
from bot.store.tables import inbox, outbox, turn

#: Seconds after which a row is taken to be committed.
_SETTLED = 5.0
#: Newest rows among which the new ones are looked for. More between two looks would be missed.
_NEWEST = 20_000
#: A look that lies further ahead is of a clock that was wrong.
_WRONG = timedelta(minutes=10)
_MS = (5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)


class Flow:
    """Counters that begin at 0 with the process, as Prometheus expects them to."""

    def __init__(self, registry: CollectorRegistry, channels: tuple[str, ...] = ()) -> None:
        """`channels`: those that are on, so that their counters are there before the first message."""
        self._messages = Counter("motcua_messages", "Messages from citizens", ["channel"], registry=registry)
        self._replies = Counter("motcua_replies", "Messages to citizens", ["channel", "result"], registry=registry)
        self._outcomes = Counter(
            "motcua_turns", "Answered messages by what came of them", ["outcome"], registry=registry
        )
        self._ms = Histogram("motcua_turn_ms", "Milliseconds of a turn", buckets=_MS, registry=registry)
        self._since = ago(_SETTLED)
        self._failed: dict[str, int] | None = None
        for channel in channels:
            self._messages.labels(channel)
            self._replies.labels(channel, "sent")
            self._replies.labels(channel, "failed")

    def follow(self, connection: Connection) -> None:
        """Counts what has been committed since the last look."""
        until = ago(_SETTLED)
        if self._since > until + _WRONG:
            self._since = until
        if until > self._since:
            self._count(connection, self._since, until)
            self._since = until
        self._count_failed(connection)

    def _count(self, connection: Connection, since: datetime, until: datetime) -> None:
        new = _new(connection, inbox.c.id, inbox.c.received_at, since, until)
        for channel, count in connection.execute(_by(inbox.c.channel, new)):
            self._messages.labels(channel).inc(count)
        sent = _new(connection, outbox.c.id, outbox.c.sent_at, since, until)
        for channel, count in connection.execute(_by(outbox.c.channel, sent)):
            self._replies.labels(channel, "sent").inc(count)
        taken = _new(connection, turn.c.inbox_id, turn.c.created_at, since, until)
        for outcome, ms in connection.execute(select(turn.c.outcome, turn.c.ms).where(taken)):
            self._outcomes.labels(outcome).inc()
            self._ms.observe(ms)

    def _count_failed(self, connection: Connection) -> None:
        """A letter that is given up has no moment of its own: more of them than before are new ones."""
        found = dict(connection.execute(_by(outbox.c.channel, outbox.c.status == "failed")).all())
        before = found if self._failed is None else self._failed
        for channel, count in found.items():
            self._replies.labels(channel, "failed").inc(max(0, count - before.get(channel, 0)))
        self._failed = found


def _by(column: Any, which: Any) -> Any:
    return select(column, func.count()).where(which).group_by(column)


def _new(connection: Connection, id_: Column[int], moment: Any, since: datetime, until: datetime) -> Any:
    newest = connection.execute(select(func.max(id_))).scalar() or 0
    return and_(id_ > newest - _NEWEST, moment > since, moment <= until)
