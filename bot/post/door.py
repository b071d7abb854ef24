"""The door: what comes from a provider is stored, and only then acknowledged.

Most answers are there before anybody would look for a sign of life, and each sign takes the place of an answer in what
a provider lets through.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import replace

from bot.channels.port import Channel
from bot.conversation import Inbound, Notice
from bot.post.inbox import Inbox
from bot.post.notices import Notices

#: Signs of life that are on their way at once.
_GREETINGS = 200
#: Seconds that an answer is given before "typing…" is shown.
SOON = 0.7


class Door:
    """bot.channels.port.Receive: stores, then lets the channel give a sign of life."""

    def __init__(self, inbox: Inbox, notices: Notices, channels: Mapping[str, Channel]) -> None:
        self._inbox, self._notices, self._channels = inbox, notices, channels
        self._greetings: set[asyncio.Task[None]] = set()

    async def __call__(self, came: tuple[Inbound | Notice, ...]) -> None:
        """Raises PostFailed, or what the database raises; what was stored by then is known again the next time."""
        for one in came:
            if isinstance(one, Notice):
                await asyncio.to_thread(self._notices.take, one)
            elif (receipt := await asyncio.to_thread(self._inbox.receive, one)).new:
                self._greet(one, receipt.inbox_id)

    def _greet(self, inbound: Inbound, inbox_id: int) -> None:
        """Beside the way: nobody waits for it. Where a provider is slow, most go without."""
        if len(self._greetings) >= _GREETINGS:
            return
        task = asyncio.create_task(self._sign(inbound, inbox_id))
        self._greetings.add(task)
        task.add_done_callback(self._greetings.discard)

    async def _sign(self, inbound: Inbound, inbox_id: int) -> None:
        greet = self._channels[inbound.channel].greet
        if inbound.ticket:
            # The button that was pressed shows a clock until then.
            await greet(inbound)
        await asyncio.sleep(SOON)
        # Where the database is away, nothing is known, and nothing shown.
        with contextlib.suppress(Exception):
            if await asyncio.to_thread(self._inbox.waits, inbox_id):
                await greet(replace(inbound, ticket=""))
