"""One place for each channel where a citizen meets it, so that one suite can hold all channels to the port."""

from __future__ import annotations

import dataclasses
import itertools
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.channels.memory import MemoryChannel
from bot.channels.port import Abilities, Part
from bot.channels.web import WebChannel
from bot.conversation import Attachment, Inbound, Kind
from bot.post.outbox import buttons
from bot.store.tables import message

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Seen:
    """What stands in a citizen's chat; `picture` tells whether there is one."""

    text: str
    titles: tuple[str, ...] = ()
    picture: bool = False


class Place:
    """A channel, and a citizen of it. What a channel does not have is empty here."""

    channel: Any
    address = "a-citizen"
    #: Whether messages cost money after some days.
    charges = False
    #: What a citizen can send, by the kind that it is mapped to.
    kinds: tuple[Kind, ...] = ()
    #: The provider tells that a citizen has blocked us.
    tells_blocks = False
    #: Faults of the fake: too many calls; the provider refuses us altogether.
    too_many = refuses_us = ""
    #: Header that proves the provider.
    proof = ""

    def arrived(self) -> list[Seen]:
        """All that the citizen has got, in order."""
        raise NotImplementedError

    async def appears(self) -> None:
        """The citizen is known to the provider."""

    async def press(self, title: str) -> Inbound:
        """The newest button of this title, as the channel reads it."""
        raise NotImplementedError

    async def types(self, text: str) -> Inbound:
        """A text, as the channel reads it."""
        return Inbound(self.channel.name, self.address, f"typed {next(_numbers)}", text)

    def part(self, text: str = "chào bác", **more: Any) -> Part:
        return Part(self.address, 1, text, **more)

    @property
    def missing(self) -> Attachment:
        """A file that nobody ever sent."""
        return Attachment(Kind.PHOTO, "no such file")


class MemoryPlace(Place):
    """With small abilities, so that nothing fits at once."""

    def __init__(self) -> None:
        self.channel = MemoryChannel(abilities=Abilities(300, 4, 20, pictures=True, memory=True))
        self._parts: list[Part] = []

    def arrived(self) -> list[Seen]:
        self._parts += self.channel.take(self.address)
        return [Seen(p.text, tuple(c.title for c in p.choices), p.enclosure is not None) for p in self._parts]

    async def press(self, title: str) -> Inbound:
        self.arrived()
        token = next(c.token for part in reversed(self._parts) for c in part.choices if c.title == title)
        return dataclasses.replace(await self.types(""), pressed=token)


class WebPlace(Place):
    """A page, which reads the transcript when it is told to."""

    #: Where the page reads.
    transcript: Engine | None = None

    def __init__(self) -> None:
        self.rung: list[int] = []
        self.channel = WebChannel(self.rung.append)

    def _lines(self) -> list[Any]:
        if not self.rung or self.transcript is None:
            return []
        mine = message.c.conversation_id.in_(self.rung)
        with self.transcript.connect() as connection:
            rows = connection.execute(select(message).where(mine, message.c.author == "bot").order_by(message.c.id))
            return list(rows)

    def arrived(self) -> list[Seen]:
        return [Seen(row.text, tuple(one.title for one in buttons(row.buttons))) for row in self._lines()]

    async def press(self, title: str) -> Inbound:
        rows = reversed(self._lines())
        payload = next(one.payload for row in rows for one in buttons(row.buttons) if one.title == title)
        return dataclasses.replace(await self.types(title), payload=payload)
