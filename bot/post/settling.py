"""Somebody sets the clock while letters are on their way: moments in the database are no longer what they were."""

from __future__ import annotations

import time
from datetime import timedelta

import structlog
from sqlalchemy import and_, delete, update
from sqlalchemy.engine import Engine

from bot.post.clock import Steady, now
from bot.store.channel_tables import channel_pause
from bot.store.tables import outbox

log = structlog.get_logger()

#: Seconds that clocks run apart without anybody having set one.
_APART = 2.0
#: Seconds for which a jump may still show in what is stored.
_SHOWS = 7200.0


class Settling:
    """Watches for one channel. Each process does, for none can tell the others in time."""

    def __init__(self, engine: Engine, channel: str) -> None:
        self._engine, self._channel, self._steady = engine, channel, Steady()
        self._jumped_at, self._by = 0.0, 0.0

    def lapsed(self, lease: float) -> bool:
        """Whether a claim that seems to have run out has. Not for the length of one after the clock was set."""
        jump = self._steady.jump()
        if abs(jump) > _APART:
            self._by = max(self._apart(), abs(jump))
            self._jumped_at = time.monotonic()
            if jump < 0:
                self._hasten()
        return not self._by or time.monotonic() > self._jumped_at + lease

    @property
    def apart(self) -> timedelta:
        """By how much a stored moment of late and the provider's clock may differ."""
        return timedelta(seconds=self._apart())

    def _apart(self) -> float:
        return self._by if time.monotonic() < self._jumped_at + _SHOWS else 0.0

    def _hasten(self) -> None:
        """What was to be tried in seconds would wait for hours, and whoever writes next behind it."""
        waits = and_(outbox.c.channel == self._channel, outbox.c.status == "queued", outbox.c.try_at > now())
        paused = and_(channel_pause.c.channel == self._channel, channel_pause.c.until > now())
        with self._engine.begin() as connection:
            connection.execute(update(outbox).where(waits).values(try_at=now()))
            connection.execute(delete(channel_pause).where(paused))
