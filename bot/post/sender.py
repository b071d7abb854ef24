"""The sender: takes letters from the outbox and hands them to their channels."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog
from sqlalchemy.engine import Engine

from bot.channels.port import Channel
from bot.errors import SendFailed
from bot.post.outbox import Letter, Outbox
from bot.post.wake import OUTBOX, Wake, rung

log = structlog.get_logger()

#: Seconds between two looks at the outbox without a hint.
LOOK_EVERY = 1.0
#: Seconds before a message is tried again when a channel raised something nobody foresaw.
RETRY = 5.0


class Sender:
    """Delivers for its channels. No database transaction is open while a channel is at work."""

    def __init__(self, engine: Engine, channels: Sequence[Channel], wake: Wake) -> None:
        self._channels = {channel.name: channel for channel in channels}
        self._outbox = Outbox(engine, tuple(self._channels))
        self._wake = wake

    async def run(self) -> None:
        """Delivers until cancelled."""
        with self._wake.loop_event(OUTBOX) as event:
            while True:
                event.clear()
                await self._drain_safely()
                await rung(event, LOOK_EVERY)

    async def drain(self) -> None:
        """Delivers everything that is due now."""
        while letter := await asyncio.to_thread(self._outbox.claim):
            await self._deliver(letter)

    async def _drain_safely(self) -> None:
        try:
            await self.drain()
        except Exception as error:
            log.error("sender_failed", error=type(error).__name__)

    async def _deliver(self, letter: Letter) -> None:
        try:
            await self._channels[letter.channel].send(letter.outbound)
        except Exception as error:
            wait = error.retry_after if isinstance(error, SendFailed) else RETRY
            log.warning("send_failed", letter=letter.id, channel=letter.channel, error=type(error).__name__)
            await asyncio.to_thread(self._outbox.failed, letter, type(error).__name__, wait)
        else:
            await asyncio.to_thread(self._outbox.sent, letter)
