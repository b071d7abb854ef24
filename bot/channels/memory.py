"""A channel that keeps what it is given: for `motcua ask`, for tests, and as the smallest example of a channel."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.channels.port import Abilities, Delivery, Part
from bot.conversation import Attachment, Inbound
from bot.errors import FetchFailed, SendFailed

_ALL = Abilities(text=100_000, buttons=100, button_title=1_000, pictures=True, memory=True, edits=True)


class MemoryChannel:
    """Delivered parts by address, in order; `files` are what citizens have sent, by ref."""

    def __init__(self, name: str = "memory", abilities: Abilities = _ALL) -> None:
        self.name = name
        self.abilities = abilities
        self.files: dict[str, bytes] = {}
        self._delivered: dict[str, list[Part]] = {}

    async def send(self, part: Part) -> Delivery:
        """Keeps the part."""
        kept = self._delivered.setdefault(part.address, [])
        kept.append(part)
        return Delivery(f"{part.address}:{len(kept)}")

    async def find(self, part: Part, since: datetime, known: frozenset[str]) -> Delivery | None:
        """The newest of this text."""
        kept = self._delivered.get(part.address, [])
        ids = [f"{part.address}:{place}" for place, other in enumerate(kept, 1) if other.text == part.text]
        return next((Delivery(id_) for id_ in ids if id_ not in known), None)

    async def edit(self, part: Part, channel_message_id: str) -> None:
        """Puts other words in the place of what it has kept."""
        kept, place = self._place(part, channel_message_id)
        kept[place] = replace(kept[place], text=part.text)

    async def recall(self, part: Part, channel_message_id: str) -> None:
        """Leaves an empty part in the place of what it has kept."""
        kept, place = self._place(part, channel_message_id)
        kept[place] = Part(part.address, part.conversation_id, "")

    def _place(self, part: Part, channel_message_id: str) -> tuple[list[Part], int]:
        kept, number = self._delivered.get(part.address, []), channel_message_id.rpartition(":")[2]
        if not number.isdecimal() or not 0 < int(number) <= len(kept):
            raise SendFailed("memory not there")
        return kept, int(number) - 1

    async def fetch(self, attachment: Attachment, most: int) -> bytes:
        """A file from `files`."""
        file = self.files.get(attachment.ref)
        if file is None or len(file) > most:
            raise FetchFailed("too large" if file else "gone", for_good=True)
        return file

    async def greet(self, inbound: Inbound) -> None:
        """Nothing to show."""

    def take(self, address: str) -> list[Part]:
        """What was delivered to this address since it was last asked."""
        return self._delivered.pop(address, [])
