"""What is sent, and how often."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select, update
from sqlalchemy.engine import Engine

from bot.channels.memory import MemoryChannel
from bot.conversation import Button, Outbound, Reply
from bot.errors import SendFailed
from bot.post import outbox
from bot.post.clock import ago
from bot.post.inbox import open_conversation
from bot.post.outbox import MOST_ATTEMPTS
from bot.post.sender import Sender
from bot.post.wake import Wake
from bot.store.tables import outbox as table


class Failing:
    """Fails as often as told, then delivers."""

    name = "memory"

    def __init__(self, errors: list[Exception]) -> None:
        self.errors, self.delivered = errors, []

    async def send(self, outbound: Outbound) -> None:
        if self.errors:
            raise self.errors.pop(0)
        self.delivered.append(outbound.reply.text)


def post(database: Engine, *texts: str, address: str = "a") -> None:
    with database.begin() as connection:
        mine = open_conversation(connection, "memory", address)
        for text in texts:
            outbox.post(connection, mine, "memory", Reply(text, (Button("t", "/p"),)), None)


def drain(database: Engine, channel: object) -> None:
    asyncio.run(Sender(database, [channel], Wake()).drain())


def statuses(database: Engine) -> list[str]:
    with database.connect() as connection:
        return list(connection.execute(select(table.c.status).order_by(table.c.id)).scalars())


def due_now(database: Engine) -> None:
    with database.begin() as connection:
        connection.execute(update(table).values(try_at=ago(1)))


def test_given_two_replies_when_drained_then_they_arrive_once_in_order_with_buttons(database: Engine) -> None:
    channel = MemoryChannel()
    post(database, "một", "hai")
    drain(database, channel)
    drain(database, channel)
    replies = channel.take("a")
    assert [reply.text for reply in replies] == ["một", "hai"]
    assert replies[0].buttons == (Button("t", "/p"),)
    assert statuses(database) == ["sent", "sent"]


def test_given_a_failure_that_may_pass_when_drained_then_the_second_reply_does_not_overtake(database: Engine) -> None:
    channel = Failing([SendFailed("busy", retry_after=5)])
    post(database, "một", "hai")
    drain(database, channel)
    assert (channel.delivered, statuses(database)) == ([], ["queued", "queued"])
    due_now(database)
    drain(database, channel)
    assert channel.delivered == ["một", "hai"]


def test_given_a_final_failure_when_drained_then_it_is_given_up_and_the_next_goes_out(database: Engine) -> None:
    channel = Failing([SendFailed("blocked")])
    post(database, "một", "hai")
    drain(database, channel)
    assert (channel.delivered, statuses(database)) == (["hai"], ["failed", "sent"])


def test_given_a_channel_that_always_raises_when_drained_often_then_it_is_given_up(database: Engine) -> None:
    channel = Failing([ValueError("?")] * 50)
    post(database, "một")
    for _ in range(MOST_ATTEMPTS + 2):
        due_now(database)
        drain(database, channel)
    assert statuses(database) == ["failed"]


def test_given_a_sender_that_died_when_its_lease_is_over_then_another_delivers(database: Engine) -> None:
    post(database, "một")
    assert outbox.Outbox(database, ("memory",)).claim() is not None
    channel = MemoryChannel()
    drain(database, channel)
    assert channel.take("a") == []
    due_now(database)
    drain(database, channel)
    assert [reply.text for reply in channel.take("a")] == ["một"]


@pytest.mark.parametrize("others", [("web",), ()])
def test_given_a_sender_of_other_channels_when_it_claims_then_it_gets_nothing(
    database: Engine, others: tuple[str, ...]
) -> None:
    post(database, "một")
    assert outbox.Outbox(database, others).claim() is None
