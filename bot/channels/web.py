"""Channels whose pages and programs read the transcript themselves: delivering means telling them to look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.channels.port import Abilities, Delivery, Part
from bot.conversation import Attachment, Inbound
from bot.errors import FetchFailed

#: A page shows whatever there is.
_ALL = Abilities(text=1_000_000, buttons=1_000, button_title=10_000, edits=True, here=True)
#: A program has shown what it read, and is told of no change.
_PROGRAMS = "api"


class WebChannel:
    """Whoever reads goes on from the last line it has, so that nothing is lost while it is away."""

    def __init__(self, ring: Callable[[int], None], name: str = "web") -> None:
        """`ring` is called with the id of a conversation whose pages should look."""
        self.name = name
        self.abilities = replace(_ALL, edits=name != _PROGRAMS)
        self._ring = ring

    async def send(self, part: Part) -> Delivery:
        """Wakes the pages of this conversation."""
        self._ring(part.conversation_id)
        return Delivery()

    async def find(self, part: Part, since: datetime, known: frozenset[str]) -> Delivery | None:
        """Ringing twice does no harm."""
        return None

    async def edit(self, part: Part, channel_message_id: str) -> None:
        """Wakes the pages: they read the words from the transcript."""
        self._ring(part.conversation_id)

    async def recall(self, part: Part, channel_message_id: str) -> None:
        """Wakes the pages."""
        self._ring(part.conversation_id)

    async def fetch(self, attachment: Attachment, most: int) -> bytes:
        """Nothing is sent to pages by reference."""
        raise FetchFailed("no files", for_good=True)

    async def greet(self, inbound: Inbound) -> None:
        """A page shows by itself that somebody is writing."""
