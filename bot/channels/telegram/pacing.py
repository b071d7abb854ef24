"""One message a second to one chat: "avoid sending more than one message per second" (Telegram's bots FAQ).

python-telegram-bot's rate limiter knows limits for the whole bot and for groups, none for private chats; and it counts
"typing…" as a message.
"""

from __future__ import annotations

import asyncio
import time

from bot.channels.http import Sleep

#: Seconds between two messages to a chat, and chats that are kept in mind before old ones are dropped.
_APART, _MOST = 1.0, 1000
#: Seconds between two signs of life, so that nearly all of the thirty a second are left to answers.
_SIGNS_APART = 0.5


class Pacing:
    """Gives out turns, in the order in which they are asked for."""

    def __init__(self, sleep: Sleep = asyncio.sleep) -> None:
        self._sleep = sleep
        self._free: dict[str, float] = {}

    async def turn(self, address: str) -> None:
        """Waits until this chat may get its next message."""
        moment = time.monotonic()
        if len(self._free) > _MOST:
            self._free = {known: free for known, free in self._free.items() if free > moment}
        mine = max(moment, self._free.get(address, moment))
        self._free[address] = mine + _APART
        if mine > moment:
            await self._sleep(mine - moment)


class Signs:
    """Lets few signs of life through: when many wait, each would hold up an answer."""

    def __init__(self) -> None:
        self._last = float("-inf")

    def allow(self) -> bool:
        """Whether one more may go now."""
        moment = time.monotonic()
        if moment - self._last < _SIGNS_APART:
            return False
        self._last = moment
        return True
