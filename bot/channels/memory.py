"""A channel that keeps what it is given: for `motcua ask`, for tests, and as the smallest example of a channel."""

from __future__ import annotations

from bot.conversation import Outbound, Reply


class MemoryChannel:
    """Delivered messages by address, in order."""

    def __init__(self, name: str = "memory") -> None:
        self.name = name
        self._seen: set[int] = set()
        self._delivered: dict[str, list[Reply]] = {}

    async def send(self, outbound: Outbound) -> None:
        """Keeps the message; the same message twice is kept once."""
        if outbound.message_id not in self._seen:
            self._seen.add(outbound.message_id)
            self._delivered.setdefault(outbound.address, []).append(outbound.reply)

    def take(self, address: str) -> list[Reply]:
        """What was delivered to this address since it was last asked."""
        return self._delivered.pop(address, [])
