"""The door: what comes from a provider is stored, and only then acknowledged."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from bot.channels.port import Channel
from bot.conversation import Inbound, Notice
from bot.post.inbox import Inbox
from bot.post.notices import Notices

#: Signs of life that are on their way at once.
_GREETINGS = 200


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
            elif (await asyncio.to_thread(self._inbox.receive, one)).new:
                self._greet(one)

    def _greet(self, inbound: Inbound) -> None:
        """Beside the way: nobody waits for it. Where a provider is slow, most go without."""
        if len(self._greetings) >= _GREETINGS:
            return
        task = asyncio.create_task(self._channels[inbound.channel].greet(inbound))
        self._greetings.add(task)
        task.add_done_callback(self._greetings.discard)
