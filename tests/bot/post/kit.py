"""What the tests of the post share: letters, a channel that fails as told, clocks turned on."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select, update
from sqlalchemy.engine import Engine

from bot.channels.memory import MemoryChannel
from bot.channels.port import Abilities, Delivery, Enclosure, Part
from bot.conversation import Button, Inbound, Reply
from bot.post import outbox
from bot.post.clock import ago, now
from bot.post.inbox import open_conversation
from bot.post.outbox import Letter, Outbox
from bot.post.sender import Sender
from bot.post.wake import Wake
from bot.store import tables

#: Buttons become numbers here, as on Zalo Bot.
PLAIN = Abilities(text=2000)
#: The same, but it can be asked what has arrived.
REMEMBERS = Abilities(text=2000, memory=True)
TWO = (Button("Khai sinh", "/one"), Button("Kết hôn", "/two"))
PICTURE = Enclosure(b"png", "a.png", "image/png")


class Shaky(MemoryChannel):
    """Raises what it is given, one for each call, None for a call that works; notes what it was given to send."""

    def __init__(
        self,
        errors: Iterable[Exception | None] = (),
        abilities: Abilities = REMEMBERS,
        find_errors: Iterable[Exception] = (),
    ) -> None:
        super().__init__(abilities=abilities)
        self.errors, self.find_errors = list(errors), list(find_errors)
        #: Text of each part that arrived; "<picture>" for a picture.
        self.arrived: list[str] = []
        #: What the provider tells with the next successes.
        self.tells: list[Delivery] = []

    async def send(self, part: Part) -> Delivery:
        error = self.errors.pop(0) if self.errors else None
        if error is not None:
            raise error
        self.arrived.append("<picture>" if part.enclosure else part.text)
        told = await super().send(part)
        return self.tells.pop(0) if self.tells else told

    async def find(self, part: Part, since: datetime, known: frozenset[str]) -> Delivery | None:
        if self.find_errors:
            raise self.find_errors.pop(0)
        return await super().find(part, since, known)


def inbound(id_: str, text: str = "", address: str = "a", **more: Any) -> Inbound:
    return Inbound("memory", address, id_, text, **more)


def post(database: Engine, *texts: str, address: str = "a", buttons: tuple[Button, ...] = (), sheet: str = "") -> int:
    """Puts replies on their way; the id of their conversation."""
    with database.begin() as connection:
        mine = open_conversation(connection, "memory", address)
        for text in texts:
            outbox.post(connection, mine, "memory", Reply(text, buttons, sheet), None)
    return mine


def claim(database: Engine) -> Letter:
    letter = Outbox(database, "memory").claim()
    assert letter is not None
    return letter


def drain(database: Engine, channel: Any, enclosure: Callable[[str, str], Enclosure | None] | None = None) -> None:
    asyncio.run(Sender(database, channel, Wake(), enclosure).drain())


def again(database: Engine, channel: Any, enclosure: Callable[[str, str], Enclosure | None] | None = None) -> None:
    """Drains once the next try is due."""
    change(database, tables.outbox, try_at=ago(1))
    drain(database, channel, enclosure)


def arrived(database: Engine) -> None:
    """All that was said to citizens has reached them."""
    change(database, tables.outbox, status="sent", sent_at=now())


def change(database: Engine, table: Table, **values: Any) -> None:
    with database.begin() as connection:
        connection.execute(update(table).values(values))


def rows(database: Engine, table: Table) -> list[Any]:
    with database.connect() as connection:
        return list(connection.execute(select(table).order_by(*table.primary_key)).all())


def column(database: Engine, table: Table, name: str) -> list[Any]:
    return [getattr(row, name) for row in rows(database, table)]


def together(*do: Callable[[], object]) -> None:
    """Does all of it at the same moment, each in a thread. Raises what the first of them raised."""
    start, failures = threading.Barrier(len(do)), []

    def run(one: Callable[[], object]) -> None:
        start.wait()
        try:
            one()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(one,)) for one in do]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def statuses(database: Engine) -> list[str]:
    return column(database, tables.outbox, "status")
