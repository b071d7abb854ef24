"""Erases what is kept no longer: bot.privacy.retention says what that is. What was counted stays countable.

Each batch is a transaction that judges its rows again, so any number of processes may look, and one that dies has left
nothing half done.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from sqlalchemy import and_, delete, select, update
from sqlalchemy.engine import Connection, Engine

from bot import site_settings
from bot.console import audit
from bot.post.clock import now
from bot.post.looking import again
from bot.privacy import aging, consent, erasure
from bot.privacy.retention import Target, targets
from bot.store.channel_tables import joining
from bot.store.consent_tables import data_export
from bot.store.tables import guide, guide_conversation, reminder

#: Seconds between two looks; rows erased in one transaction, so that nobody waits for it.
LOOK_EVERY, _AT_ONCE = 3600.0, 500
#: What has run out stays a day for whoever asks why.
_RUN_OUT = timedelta(days=1)


class Forgetting:
    """Looks again and again; any number of processes may."""

    def __init__(self, database: Engine, media: Path) -> None:
        self._database, self._media = database, media
        # Looking must not wait for those who write.
        self._reading = database.execution_options(motcua_read=True)

    async def run(self) -> None:
        """Until cancelled."""
        await again(self.forget, LOOK_EVERY, "forgetting_failed")

    def forget(self) -> dict[str, int]:
        """Erases what is too old. Returns how many rows of each kind that were; the audit keeps the same."""
        with self._reading.connect() as connection:
            site = site_settings.current(connection)
        at = now()
        found = Counter[str]()
        for target in targets(site, at):
            found[target.name] += self._erase(target)
        # Names of messages are part of whose they are, and counted with them.
        del found["names"]
        self._run_out(aging.unagreed(at - timedelta(days=site.days("unagreed"))))
        erased = {name: count for name, count in found.items() if count}
        if erased:
            with self._database.begin() as connection:
                days = {kind: site.days(kind) for kind in site_settings.KEPT}
                audit.note(connection, None, "words.erased", "retention", before=days, after=erased)
        return erased

    def _erase(self, target: Target) -> int:
        done = 0
        for ids in self._batches(target):
            self._files(target, ids)
            with self._database.begin() as connection:
                # Judged again: a case may have been opened since.
                done += _take(connection, target, ids)
        return done

    def _files(self, target: Target, ids: Sequence[int]) -> None:
        """The file first: a row that names none is done with."""
        if target.file is None:
            return
        mine = select(target.file).where(target.table.c.id.in_(ids), target.which, target.file.is_not(None))
        with self._reading.connect() as connection:
            names = connection.execute(mine).scalars().all()
        for name in names:
            (self._media / name).unlink(missing_ok=True)

    def _batches(self, target: Target) -> Iterator[Sequence[int]]:
        last = 0
        while True:
            id_ = target.table.c.id
            with self._reading.connect() as connection:
                wanted = select(id_).where(target.which, id_ > last).order_by(id_).limit(_AT_ONCE)
                ids = connection.execute(wanted).scalars().all()
            if not ids:
                return
            yield ids
            last = ids[-1]

    def _run_out(self, silent: object) -> None:
        """Links, codes and questions whose time is over, and notices that nobody answered."""
        before = now() - _RUN_OUT
        with self._database.begin() as connection:
            connection.execute(delete(data_export).where(data_export.c.expires_at < now()))
            connection.execute(delete(joining).where(joining.c.expires_at < before))
            erasure.drop_unconfirmed(connection, before)
            consent.unask(connection, silent)


def _take(connection: Connection, target: Target, ids: Sequence[int]) -> int:
    mine = and_(target.table.c.id.in_(ids), target.which)
    if target.values is not None:
        return int(connection.execute(update(target.table).where(mine).values(**target.values)).rowcount)
    if target.table is guide:
        return _guides(connection, mine)
    return int(connection.execute(delete(target.table).where(mine)).rowcount)


def _guides(connection: Connection, which: object) -> int:
    """With whoever worked on them, and reminders that were sent."""
    rows = connection.execute(select(guide.c.id, guide.c.token).where(which).with_for_update()).all()
    ids, tokens = [row.id for row in rows], [row.token for row in rows]
    connection.execute(delete(guide_conversation).where(guide_conversation.c.guide_id.in_(ids)))
    connection.execute(delete(reminder).where(reminder.c.token.in_(tokens)))
    return int(connection.execute(delete(guide).where(guide.c.id.in_(ids))).rowcount)
