"""The door: stored first, then a sign of life."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import update
from sqlalchemy.engine import Engine

from bot.channels.memory import MemoryChannel
from bot.conversation import Inbound, Notice, Sign
from bot.errors import PostFailed
from bot.post import door
from bot.post.door import Door
from bot.post.inbox import Inbox, Receipt
from bot.post.notices import Notices
from bot.post.wake import Wake
from bot.store import tables
from tests.bot.post.kit import PLAIN, column, inbound


class Greets(MemoryChannel):
    def __init__(self, database: Engine) -> None:
        super().__init__()
        self.database, self.greeted, self.hangs = database, [], 60.0

    async def greet(self, inbound: Inbound) -> None:
        self.greeted.append((inbound.ticket, len(column(self.database, tables.inbox, "id"))))
        await asyncio.sleep(self.hangs)


def enter(
    database: Engine, channel: MemoryChannel, *came: Inbound | Notice, box: Inbox | None = None, wait: float = 0.0
) -> None:
    async def run() -> None:
        notices = Notices(database, Wake(), {"memory": PLAIN})
        await Door(box or Inbox(database, Wake()), notices, {"memory": channel})(came)
        await asyncio.sleep(wait)

    asyncio.run(run())


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for "typing…" in a test."""
    monkeypatch.setattr(door, "SOON", 0.05)


def test_given_messages_and_notices_when_they_come_then_they_are_stored_in_order_and_greeted_once(
    database: Engine,
) -> None:
    channel = Greets(database)
    left = Notice("memory", "a", Sign.LEFT)
    enter(database, channel, inbound("1", "một", ticket="t1"), left, inbound("1", "một", ticket="t2"))
    assert column(database, tables.inbox, "text") == ["một"]
    assert channel.greeted == [("t1", 1)]
    assert column(database, tables.conversation, "left_at") != [None]


@pytest.mark.usefixtures("soon")
def test_given_a_press_that_waits_when_it_is_not_answered_soon_then_somebody_types_too(database: Engine) -> None:
    channel = Greets(database)
    channel.hangs = 0.0
    enter(database, channel, inbound("1", "một", ticket="t1"), wait=0.5)
    assert channel.greeted == [("t1", 1), ("", 1)]


@pytest.mark.usefixtures("soon")
def test_given_a_message_that_is_answered_at_once_when_it_came_then_nobody_types(database: Engine) -> None:
    class Answers(Inbox):
        def receive(self, inbound: Inbound) -> Receipt:
            receipt = super().receive(inbound)
            with database.begin() as connection:
                connection.execute(update(tables.inbox).values(status="done"))
            return receipt

    channel = Greets(database)
    enter(database, channel, inbound("1", "một"), box=Answers(database, Wake()), wait=0.3)
    assert channel.greeted == []


def test_given_a_greeting_that_hangs_when_a_message_comes_then_nobody_waits_for_it(database: Engine) -> None:
    async def run() -> None:
        notices = Notices(database, Wake(), {"memory": PLAIN})
        door = Door(Inbox(database, Wake()), notices, {"memory": Greets(database)})
        await asyncio.wait_for(door((inbound("1", "một"),)), 5)

    asyncio.run(run())


def test_given_a_store_that_breaks_midway_when_it_comes_again_then_each_is_there_once(database: Engine) -> None:
    class Breaks(Inbox):
        broken = True

        def receive(self, inbound: Inbound) -> Receipt:
            if inbound.text == "hai" and self.broken:
                raise PostFailed("full")
            return super().receive(inbound)

    box, channel = Breaks(database, Wake()), Greets(database)
    batch = (inbound("1", "một"), inbound("2", "hai"), inbound("3", "ba"))
    with pytest.raises(PostFailed):
        enter(database, channel, *batch, box=box)
    assert column(database, tables.inbox, "text") == ["một"]
    box.broken = False
    enter(database, channel, *batch, box=box)
    assert column(database, tables.inbox, "text") == ["một", "hai", "ba"]
    assert len(column(database, tables.inbox, "id")) == 3


def test_given_a_provider_that_is_slow_when_many_write_then_all_is_stored_and_few_signs_of_life_wait(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "_GREETINGS", 2)
    channel = Greets(database)
    enter(database, channel, *(inbound(f"m{n}", ticket="t") for n in range(5)))
    assert len(channel.greeted) == 2
    assert len(column(database, tables.inbox, "id")) == 5
