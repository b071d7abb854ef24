"""Keeps what the desk has promised, while nobody looks: promises, leases, ends that are to be told, calls to staff.

Each change is a transaction of its own that judges again what it was found for, so two processes that look at the same
moment do everything once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial

import structlog
from sqlalchemy import select
from sqlalchemy.engine import Connection, Engine

from bot import logs
from bot.alerts.delivering import Deliveries
from bot.alerts.email import Mailer
from bot.channels.port import Abilities
from bot.console.clockwork import let_out
from bot.handover import closing, leases, promises
from bot.post.clock import Steady, now
from bot.post.wake import ALERTS, DESK, EDITS, Wake, rung
from bot.post.wake import conversation as transcript_of
from bot.post.wake import outbox as outbox_of
from bot.store.desk_tables import handover
from bot.store.tables import conversation
from bot.watch import signs

log = structlog.get_logger()

#: Seconds between two looks without a hint, and in which several hints become one.
LOOK_EVERY, _TOGETHER = 5.0, 1.0
#: Cases that one look presses for, so that after a long stop nothing else waits for thousands.
_AT_ONCE = 100
#: Seconds by which a clock may be set without being a wrong one; seconds that are then waited for it to be right.
_MAY_JUMP, _SETTLES = 30.0, 60.0
#: Seconds between two signs of life.
_SIGN_EVERY = 30.0


class Keeper:
    """Looks again and again; any number of processes may."""

    def __init__(
        self, database: Engine, wake: Wake, abilities: Mapping[str, Abilities], mailer: Mailer | None, site: str
    ) -> None:
        """`abilities` by channel; without a `mailer` nobody is called by mail; `site` is what links begin with."""
        self._database, self._wake = database, wake
        # Looking must not wait for those who write.
        self._reading = database.execution_options(motcua_read=True)
        self._deliveries = Deliveries(database, mailer, abilities, site)
        self._steady = Steady()
        #: Nothing is pressed for before this moment of time.monotonic; a sign of life was given at that one.
        self._quiet_until, self._signed_at = 0.0, -_SIGN_EVERY

    async def run(self) -> None:
        """Until cancelled. A mail server that is slow holds up nobody but those who wait for mail."""
        looks = ((self.keep, DESK), (self.call, ALERTS), (self.publish, EDITS))
        await asyncio.gather(*(self._again(look, topic) for look, topic in looks))

    def keep(self) -> None:
        """Presses for promises, takes cases from who is gone, and tells citizens of what has ended; once."""
        if self._unsettled():
            return
        at = now()
        with self._reading.connect() as connection:
            lapsed, pressing = leases.lapsed(connection, at), promises.pressing(connection, at)
            ended = closing.untold(connection, at)
        for lease in lapsed:
            self._change(lease.case_id, partial(leases.release, lease=lease, at=at))
        for case_id in pressing[:_AT_ONCE]:
            self._change(case_id, partial(promises.press, case_id=case_id, at=at))
        if ended:
            with self._database.begin() as connection:
                told = closing.tell_closed(connection, at)
            self._tell(told, DESK)

        self._sign()

    def _unsettled(self) -> bool:
        """The clock has just been set: whoever waits must not be told that a promise is broken before it is sure."""
        jump = self._steady.jump()
        if abs(jump) > _MAY_JUMP:
            log.warning("clock_was_set", seconds=round(jump))
            self._quiet_until = time.monotonic() + _SETTLES
        return time.monotonic() < self._quiet_until

    def _sign(self) -> None:
        if time.monotonic() >= self._signed_at + _SIGN_EVERY:
            self._signed_at = time.monotonic()
            signs.give(self._database, signs.KEEPER)

    def call(self) -> None:
        """Delivers calls that are due, once."""
        self._tell(self._deliveries.deliver())

    def publish(self) -> None:
        """Lets out edits of the console whose day has come, once."""
        let_out(self._database, now())

    def _change(self, case_id: int, change: Callable[[Connection], object]) -> None:
        """One case; another one's trouble is not the next one's."""
        try:
            with self._database.begin() as connection:
                whose = self._whose(connection, case_id) if change(connection) else None
        except Exception as error:
            log.error("keeper_case_failed", case=case_id, error=type(error).__name__, where=logs.where(error))
            return
        if whose is not None:
            self._tell([whose], DESK, ALERTS)

    def _whose(self, connection: Connection, case_id: int) -> tuple[str, int]:
        joined = select(conversation.c.channel, conversation.c.id).join(handover)
        row = connection.execute(joined.where(handover.c.id == case_id)).one()
        return row.channel, row.id

    def _tell(self, letters: Iterable[tuple[str, int]], *topics: str) -> None:
        """Wakes whoever sends or shows what was said there, and who waits for the topics."""
        for channel, conversation_id in letters:
            self._wake.notify(outbox_of(channel))
            self._wake.notify(transcript_of(conversation_id))
        for topic in topics:
            self._wake.notify(topic)

    async def _again(self, look: Callable[[], None], topic: str) -> None:
        with self._wake.loop_event(topic) as event:
            while True:
                event.clear()
                try:
                    await asyncio.to_thread(look)
                except Exception as error:
                    log.error("keeper_failed", look=topic, error=type(error).__name__, where=logs.where(error))
                await rung(event, LOOK_EVERY)
                await asyncio.sleep(_TOGETHER)
