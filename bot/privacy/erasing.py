"""Carries out erasures: within minutes, as soon as no case is open and nothing is under way; at the latest in a day.

Each step is a transaction that counts what it did, and that does nothing when it is done again: a process may die
between any two, and another goes on. The last step makes the conversation nobody's, so that whoever writes later
begins anew.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy import and_, delete, func, select, update
from sqlalchemy.engine import Connection, Engine

from bot import logs
from bot.console import audit
from bot.handover import owning
from bot.handover.kinds import Status as CaseStatus
from bot.post.clock import now
from bot.post.looking import again
from bot.privacy import erasure, leaving
from bot.privacy.erasure import Erasure, Status
from bot.store.channel_tables import attachment
from bot.store.consent_tables import erasure as table
from bot.store.consent_tables import erasure_conversation
from bot.store.desk_tables import handover
from bot.store.tables import inbox, outbox

log = structlog.get_logger()

#: Seconds between two looks.
LOOK_EVERY = 60.0
#: So long the receipt can be read where it was asked for; after so long nothing holds it up but an open case.
RECEIPT, PATIENCE = timedelta(minutes=10), timedelta(hours=12)
#: A case that has just been closed may be taken back, and its citizen is still to be told.
_JUST_CLOSED = timedelta(minutes=5)


class Erasing:
    """Looks again and again; any number of processes may. `media` is the folder of files."""

    def __init__(self, database: Engine, media: Path) -> None:
        self._database, self._media = database, media
        # Looking must not wait for those who write.
        self._reading = database.execution_options(motcua_read=True)

    async def run(self) -> None:
        """Until cancelled."""
        await again(self.erase, LOOK_EVERY, "erasing_failed")

    def erase(self, at: datetime | None = None) -> int:
        """Carries out all that may be at a moment (UTC), now by default. Returns how many are done."""
        with self._reading.connect() as connection:
            waiting = erasure.waiting(connection)
        return sum(self._one(one, at or now()) for one in waiting)

    def _one(self, one: Erasure, at: datetime) -> bool:
        """One erasure; another one's trouble is not the next one's."""
        try:
            return self.carry_out(one, at)
        except Exception as error:
            log.error("erasure_failed", erasure=one.id, error=type(error).__name__, where=logs.where(error))
            return False

    def carry_out(self, one: Erasure, at: datetime) -> bool:
        """Every step of one. False where it has to wait, or somebody else has done it."""
        with self._reading.connect() as connection:
            ids = erasure.conversations_of(connection, one.id)
            if not _may_begin(connection, one, ids, at):
                return False
        for step in leaving.STEPS:
            self._step(one, ids, step)
        return self._finish(one, ids, at)

    def _step(self, one: Erasure, ids: Sequence[int], step: leaving.Step) -> None:
        """What it finds of files goes first: a row that names none is done with."""
        with self._database.begin() as connection:
            if _locked(connection, one) is None:
                return
            for name in step.files(connection, ids):
                (self._media / name).unlink(missing_ok=True)
            _add(connection, one, step.table, step.erase(connection, ids))

    def _finish(self, one: Erasure, ids: Sequence[int], at: datetime) -> bool:
        """What is said and who it was, with the receipt, in one transaction; not while a message is in progress."""
        with self._database.begin() as connection:
            for id_ in ids:
                owning.lock_conversation(connection, id_)
            if _locked(connection, one) is None or not _may_begin(connection, one, ids, at):
                return False
            for step in leaving.LAST:
                _add(connection, one, step.table, step.erase(connection, ids))
            done = {"status": Status.DONE.value, "done_at": now()}
            connection.execute(update(table).where(table.c.id == one.id).values(done))
            connection.execute(delete(erasure_conversation).where(erasure_conversation.c.conversation_id.in_(ids)))
            audit.note(connection, None, "person.erased", one.code, after=_counts(connection, one))
        return True


def _may_begin(connection: Connection, one: Erasure, ids: Sequence[int], at: datetime) -> bool:
    if one.confirmed_at is None or not ids or at < one.confirmed_at + RECEIPT or open_cases(connection, ids, at):
        return False
    return at > one.confirmed_at + PATIENCE or not _under_way(connection, ids)


def open_cases(connection: Connection, ids: Sequence[int], at: datetime) -> int:
    """Cases that staff are working on, or whose end can still be taken back at a moment (UTC)."""
    just = and_(handover.c.status == CaseStatus.CLOSED.value, handover.c.closed_at > at - _JUST_CLOSED)
    alive = (handover.c.status != CaseStatus.CLOSED.value) | just
    mine = select(func.count()).select_from(handover).where(handover.c.conversation_id.in_(ids), alive)
    return int(connection.execute(mine).scalar() or 0)


def _under_way(connection: Connection, ids: Sequence[int]) -> bool:
    """A message that is to be answered, a letter that is to be brought, a file that is being fetched."""
    waits = {inbox: ("new", "claimed"), outbox: ("queued", "sending"), attachment: ("waiting", "fetching")}
    for one, statuses in waits.items():
        mine = and_(one.c.conversation_id.in_(ids), one.c.status.in_(statuses))
        if connection.execute(select(one.c.id).where(mine).limit(1)).first() is not None:
            return True
    return False


def _locked(connection: Connection, one: Erasure) -> object:
    """Its row, while it is still to be done; nobody else counts in it meanwhile."""
    mine = and_(table.c.id == one.id, table.c.status == Status.CONFIRMED.value)
    return connection.execute(select(table.c.id).where(mine).with_for_update()).first()


def _add(connection: Connection, one: Erasure, name: str, count: int) -> None:
    counts = _counts(connection, one)
    if count:
        told = json.dumps({**counts, name: counts.get(name, 0) + count})
        connection.execute(update(table).where(table.c.id == one.id).values(counts=told))


def _counts(connection: Connection, one: Erasure) -> dict[str, int]:
    kept = connection.execute(select(table.c.counts).where(table.c.id == one.id)).scalar()
    return dict(json.loads(kept or "{}"))
