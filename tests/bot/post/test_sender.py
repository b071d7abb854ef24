"""Parts and windows, and several letters at once: what the sender does."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pytest
from sqlalchemy.engine import Engine

from bot.channels.port import Abilities, Delivery, Window
from bot.errors import TryLater
from bot.post.clock import ago, now
from bot.post.outbox import Letter, Outbox
from bot.post.sender import Sender
from bot.post.wake import Wake
from bot.post.wake import outbox as topic_of
from bot.store import tables
from tests.bot.post.kit import Shaky, again, change, column, drain, post, statuses
from tests.bot.post.kit import rows as all_of

SHORT = Abilities(text=7, memory=True)
ZALO = Abilities(text=2000, window=Window(timedelta(hours=48), timedelta(days=7)))


def test_given_a_long_text_when_its_second_part_fails_then_the_first_is_not_sent_again(database: Engine) -> None:
    channel = Shaky([None, TryLater("busy")], SHORT)
    post(database, "một hai ba bốn")
    drain(database, channel)
    assert statuses(database) == ["queued"]
    again(database, channel)
    assert channel.arrived == ["một hai", "ba bốn"]
    assert [(row.part, row.channel_message_id) for row in all_of(database, tables.delivery)] == [(0, "a:1"), (1, "a:2")]


def test_given_a_long_text_when_the_next_letter_waits_then_it_comes_behind_the_last_part(database: Engine) -> None:
    channel = Shaky([None, TryLater("busy")], SHORT)
    post(database, "một hai ba bốn", "năm")
    drain(database, channel)
    again(database, channel)
    assert channel.arrived == ["một hai", "ba bốn", "năm"]


@pytest.mark.parametrize(
    ("hours", "left", "may_cost", "status", "error"),
    [
        (1, None, False, "sent", None),
        (1, 3, False, "sent", None),
        (1, 0, False, "failed", "window paid"),
        (1, 0, True, "sent", None),
        (49, None, False, "failed", "window paid"),
        (49, None, True, "sent", None),
        (169, None, True, "failed", "window closed"),
    ],
)
def test_given_a_window_when_a_letter_is_due_then_nothing_is_sent_in_vain_or_for_money(
    database: Engine, hours: float, left: int | None, may_cost: bool, status: str, error: str | None
) -> None:
    channel = Shaky(abilities=ZALO)
    post(database, "một")
    change(database, tables.conversation, heard_at=ago(hours * 3600), replies_left=left)
    change(database, tables.outbox, may_cost=may_cost)
    drain(database, channel)
    row = all_of(database, tables.outbox)[0]
    assert (row.status, row.error, len(channel.arrived)) == (status, error, int(status == "sent"))


def test_given_replies_left_that_a_provider_tells_when_delivered_then_they_are_kept(database: Engine) -> None:
    channel = Shaky(abilities=ZALO)
    channel.tells = [Delivery("x", 1), Delivery("y", 0)]
    post(database, "một", "hai", "ba")
    change(database, tables.conversation, heard_at=now())
    drain(database, channel)
    assert (channel.arrived, statuses(database)) == (["một", "hai"], ["sent", "sent", "failed"])
    assert column(database, tables.conversation, "replies_left") == [0]


def test_given_a_slow_channel_when_many_wait_then_several_are_on_the_wire_but_never_two_of_one(
    database: Engine,
) -> None:
    on_wire: list[str] = []
    most = 0

    class Slow(Shaky):
        async def send(self, part):
            nonlocal most
            assert part.address not in on_wire
            on_wire.append(part.address)
            most = max(most, len(on_wire))
            await asyncio.sleep(0.02)
            on_wire.remove(part.address)
            return await super().send(part)

    channel = Slow()
    for address in "abcd":
        post(database, "một", "hai", address=address)
    drain(database, channel)
    assert most > 1
    assert statuses(database) == ["sent"] * 8


def test_given_a_letter_on_the_wire_when_the_service_ends_then_it_is_finished(database: Engine) -> None:
    class Slow(Shaky):
        async def send(self, part):
            self.started.set()
            await asyncio.sleep(0.1)
            return await super().send(part)

    async def run() -> None:
        channel.started = asyncio.Event()
        running = asyncio.create_task(Sender(database, channel, Wake()).run())
        await asyncio.wait_for(channel.started.wait(), 5)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    channel = Slow()
    post(database, "một")
    asyncio.run(run())
    assert (channel.arrived, statuses(database)) == (["một"], ["sent"])


def test_given_a_running_sender_when_it_is_woken_then_it_delivers_at_once(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.post.sender.LOOK_EVERY", 60)

    async def run() -> None:
        wake = Wake()
        running = asyncio.create_task(Sender(database, channel, wake).run())
        await asyncio.sleep(0.1)
        post(database, "một")
        wake.notify(topic_of("memory"))
        for _ in range(100):
            await asyncio.sleep(0.02)
            if channel.arrived:
                break
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    channel = Shaky()
    asyncio.run(run())
    assert channel.arrived == ["một"]


def test_given_a_letter_that_arrives_while_the_next_is_looked_for_when_drained_then_none_is_left_behind(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = Outbox.claim

    def slow(self: Outbox) -> Letter | None:
        found = claim(self)
        if found is None:
            time.sleep(0.1)
        return found

    monkeypatch.setattr(Outbox, "claim", slow)
    channel = Shaky()
    post(database, "một", "hai", "ba")
    drain(database, channel)
    assert channel.arrived == ["một", "hai", "ba"]
