"""What only one process of the installation may do at a time, on whichever machine: asking a provider, training.

A row of the database says who does it and until when; who does it moves that on. Where the holder dies, another one
takes its place after 25 seconds at most, after 5 if both are on one machine. A holder that was paused, or whose
database was away, may for a moment not know that its time is over: what is done alone must bear that.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import and_, delete, insert, or_, select, update
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from bot.post.clock import now
from bot.post.pulse import host, lives
from bot.store.lease_tables import lease

log = structlog.get_logger()

#: Seconds for which a lease is good, and between two renewals or two looks of those who wait for it.
LEASE, EVERY = 20.0, 5.0


class Alone:
    """One who does, or would do, what only one does."""

    def __init__(self, database: Engine, name: str) -> None:
        self._database, self._name = database, name
        # Which of this process's, for a test or a program may have several.
        self._holder = f"{secrets.token_hex(4)}@{host()}:{os.getpid()}"

    async def run(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Does it whenever nobody else does; until cancelled. What raises is begun again."""
        try:
            while True:
                if await asyncio.to_thread(self._tried):
                    await self._hold(work)
                await asyncio.sleep(EVERY)
        finally:
            await asyncio.to_thread(self.let_go)

    def take(self) -> bool:
        """True where it is ours for so many seconds from now on, until it is taken again."""
        try:
            with self._database.begin() as connection:
                mine = lease.c.name == self._name
                values = {"holder": self._holder, "until_at": now() + timedelta(seconds=LEASE)}
                if connection.execute(update(lease).where(mine, self._free()).values(values)).rowcount:
                    return True
                held = connection.execute(select(lease.c.holder).where(mine)).scalar()
                if held is None:
                    connection.execute(insert(lease).values(name=self._name, **values))
                    return True
                gone = and_(mine, lease.c.holder == held)
                dead = not lives(held.partition("@")[2])
                return dead and connection.execute(update(lease).where(gone).values(values)).rowcount == 1
        except IntegrityError:
            # Somebody else was the first one at this moment.
            return False

    def let_go(self) -> None:
        """So that nobody waits for us."""
        mine = and_(lease.c.name == self._name, lease.c.holder == self._holder)
        try:
            with self._database.begin() as connection:
                connection.execute(delete(lease).where(mine))
        except Exception as error:
            # It runs out by itself.
            log.warning("lease_kept", lease=self._name, error=type(error).__name__)

    def _free(self) -> Any:
        # One that ends far ahead was taken before the clock was set back.
        over = or_(lease.c.until_at < now(), lease.c.until_at > now() + timedelta(seconds=2 * LEASE))
        return or_(lease.c.holder == self._holder, over)

    def _tried(self) -> bool | None:
        """None where the database does not say."""
        try:
            return self.take()
        except Exception as error:
            log.error("lease_failed", lease=self._name, error=type(error).__name__)
            return None

    async def _hold(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Until it is over, or not ours any more."""
        log.info("lease_taken", lease=self._name)
        task = asyncio.ensure_future(work())
        sure_until = time.monotonic() + LEASE - EVERY
        try:
            while not (await asyncio.wait((task,), timeout=EVERY))[0]:
                began = time.monotonic()
                kept = await asyncio.to_thread(self._tried)
                if kept:
                    sure_until = began + LEASE - EVERY
                elif kept is False or time.monotonic() > sure_until:
                    log.warning("lease_lost", lease=self._name)
                    return
            task.result()
        except Exception as error:
            log.error("alone_failed", lease=self._name, error=type(error).__name__)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
