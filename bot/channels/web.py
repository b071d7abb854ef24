"""The web chat's channel: delivering means telling open pages that the transcript has grown."""

from __future__ import annotations

from collections.abc import Callable

from bot.conversation import Outbound


class WebChannel:
    """A page reads the transcript itself, from the last line it has, so that nothing is lost while it is away."""

    name = "web"

    def __init__(self, ring: Callable[[int], None]) -> None:
        """`ring` is called with the id of a conversation whose pages should look."""
        self._ring = ring

    async def send(self, outbound: Outbound) -> None:
        """Wakes the pages of this conversation."""
        self._ring(outbound.conversation_id)
