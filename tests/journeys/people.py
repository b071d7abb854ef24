"""The service with the real engine in a town of three providers, and people who use it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from bot import app, settings
from bot.channels.telegram import pacing
from bot.handover import starters
from bot.post.worker import Loadable
from bot.store.channel_tables import attachment
from bot.store.tables import conversation, inbox, message, outbox
from procedures.database import connect
from tests.fakes.provider import Sent
from tests.quiet import hush
from tests.soak.town import Town

#: A catalogue of which nobody has asked anything, beside the one of the day.
PRISTINE = "pristine.db"
#: Seconds that an answer is waited for, on a machine that does other things too.
PATIENCE = 60.0


class Place:
    """A town whose service runs in this process."""

    def __init__(self, town: Town, database: Engine, media: Path) -> None:
        self.town, self.database, self.media = town, database, media

    def person(self, channel: str) -> Person:
        return Person(self, channel)

    def rows(self, table: Any, *where: Any) -> list[Any]:
        with self.database.connect() as connection:
            return list(connection.execute(select(table).where(*where).order_by(table.c.id)))

    async def quiet(self) -> None:
        """Until everything is answered, delivered and fetched."""
        until = time.monotonic() + PATIENCE
        while self._busy():
            assert time.monotonic() < until, "not answered"
            await asyncio.sleep(0.02)

    def _busy(self) -> bool:
        under_way = (
            inbox.c.status.in_(("new", "claimed")),
            outbox.c.status.in_(("queued", "sending")),
            attachment.c.status.in_(("waiting", "fetching")),
        )
        with self.database.connect() as connection:
            return any(connection.execute(select(func.count()).where(these)).scalar() for these in under_way)


class Person:
    """Somebody with a telephone; what they do returns what came of it."""

    def __init__(self, place: Place, channel: str) -> None:
        self.place, self.channel = place, channel
        town = place.town
        self.provider: Any = {"telegram": town.telegram, "zalo-oa": town.oa, "zalo-bot": town.bot}[channel]
        self.who: Any = 7_000_000_001 if channel == "telegram" else "246845883529197922"
        #: The provider's names for what a person sends.
        oa = channel == "zalo-oa"
        self.photo, self.voice = ("photo" if channel == "telegram" else "image"), ("audio" if oa else "voice")
        self.opens, self.leaves = ("follow", "unfollow") if oa else ("start", "block")

    @property
    def seen(self) -> list[Sent]:
        return list(self.provider.messages_to(self.who))

    async def does(self, act: str, *what: Any) -> list[Sent]:
        before = len(self.seen)
        await getattr(self.provider, act)(self.who, *what)
        await self.place.quiet()
        return self.seen[before:]

    async def says(self, text: str) -> list[Sent]:
        return await self.does("text", text)

    async def chooses(self, title: str) -> list[Sent]:
        """Presses a button of the last message, or types the label that stands before the title."""
        last = self.seen[-1]
        if title in [name for name, _ in last.buttons]:
            return await self.does("press", title)
        label = re.search(rf"^(\w+)\. {re.escape(title)}$", last.text, re.MULTILINE)
        assert label is not None, last
        return await self.says(label[1])

    def row(self) -> Any:
        (row,) = self.place.rows(conversation, conversation.c.channel == self.channel)
        return row

    def transcript(self) -> list[str]:
        """What the bot said, before it was fitted to the channel."""
        return [row.text for row in self.place.rows(message, message.c.author == "bot")]


#: What somebody does in a town, and what runs it there.
Journey = Callable[[Place], Awaitable[None]]
Goes = Callable[[Journey], None]


def texts(seen: list[Sent]) -> str:
    return "\n".join(sent.text for sent in seen)


@contextlib.asynccontextmanager
async def living(
    engine: Loadable, catalogue_url: str, folder: Path, monkeypatch: pytest.MonkeyPatch, edited: bool = False
) -> AsyncIterator[Place]:
    """The catalogue of the day, in a database of its own for what citizens say.

    `edited`: answers come from that database, for who changes them; its index is made anew.
    """
    monkeypatch.setattr(pacing, "_APART", 0.02)
    path = folder / "town.db"
    shutil.copy(Path(catalogue_url.removeprefix("sqlite:///")).with_name(PRISTINE), path)
    town = Town(f"sqlite:///{path}")
    answers = town.database_url if edited else catalogue_url
    monkeypatch.setenv("MOTCUA_DATABASE_URL", answers)
    known = settings.load({**town.environment, "MOTCUA_MEDIA": str(folder / "media")})
    # The settings name their own; actions read the one whose index is made already.
    os.environ["MOTCUA_DATABASE_URL"] = answers
    database = connect(town.database_url).execution_options(motcua_read=True)
    with connect(town.database_url).begin() as connection:
        starters.load_missing(connection)
        hush(connection)
    async with town.open(), town.inside(app.build(known, engine)):
        yield Place(town, database, folder / "media")
    database.dispose()
