"""Whose turn it is: nobody waits behind somebody who writes a hundred times, no answer behind a reminder."""

from __future__ import annotations

import os
import threading
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.engine import Engine

from bot.channels.memory import MemoryChannel
from bot.conversation import Inbound, Reply
from bot.post import fair, outbox
from bot.post.clock import ago
from bot.post.inbox import Inbox, open_conversation
from bot.post.outbox import Outbox
from bot.post.wake import Wake
from bot.store import tables
from tests.bot.post.kit import drain

on_postgresql = pytest.mark.skipif("TEST_DATABASE_URL" not in os.environ, reason="needs PostgreSQL")


@pytest.fixture(autouse=True)
def long_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is, what is sent in a row is sent at once."""
    monkeypatch.setattr(fair, "TURN", timedelta(hours=1))


def send(inbox: Inbox, address: str, *texts: str) -> None:
    for text in texts:
        inbox.receive(Inbound("memory", address, f"{address} {text}", text))


def answered(database: Engine, inbox: Inbox) -> list[str]:
    """The words in the order in which one worker answers them."""
    told = []
    while (claimed := inbox.claim()) is not None:
        told.append(claimed.text)
        with database.begin() as connection:
            connection.execute(update(tables.inbox).where(tables.inbox.c.id == claimed.id).values(status="done"))
    return told


def test_given_one_who_writes_a_hundred_times_when_others_write_then_they_do_not_wait_for_all(database: Engine) -> None:
    inbox = Inbox(database, Wake())
    send(inbox, "a", *(f"a{n}" for n in range(100)))
    send(inbox, "b", "b0")
    send(inbox, "c", "c0")
    told = answered(database, inbox)
    assert told[:3] == ["a0", "b0", "c0"]
    assert told[3:] == [f"a{n}" for n in range(1, 100)]


def test_given_two_who_write_in_turn_when_answered_then_in_the_order_they_wrote(database: Engine) -> None:
    inbox = Inbox(database, Wake())
    for n in range(3):
        send(inbox, "a", f"a{n}")
        send(inbox, "b", f"b{n}")
    assert answered(database, inbox) == ["a0", "b0", "a1", "b1", "a2", "b2"]


def test_given_one_who_was_answered_when_they_write_again_then_what_they_wrote_before_does_not_count(
    database: Engine,
) -> None:
    inbox = Inbox(database, Wake())
    send(inbox, "a", *(f"a{n}" for n in range(20)))
    answered(database, inbox)
    send(inbox, "a", "again")
    send(inbox, "b", "b0")
    assert answered(database, inbox) == ["again", "b0"]


def test_given_a_row_of_the_program_before_when_claimed_then_it_is_not_left_behind(database: Engine) -> None:
    inbox = Inbox(database, Wake())
    send(inbox, "a", "new")
    with database.begin() as connection:
        row = {
            "channel": "memory",
            "channel_message_id": "old",
            "text": "old",
            "sent_at": ago(1),
            "received_at": ago(1),
        }
        connection.execute(
            tables.inbox.insert().values(**row, conversation_id=open_conversation(connection, "memory", "z"))
        )
    assert answered(database, inbox) == ["old", "new"]


def letters(database: Engine, *told: tuple[str, str, bool]) -> None:
    """Address, text, later."""
    with database.begin() as connection:
        for address, text, later in told:
            id_ = open_conversation(connection, "memory", address)
            outbox.post(connection, id_, "memory", Reply(text), None, later=later)


def test_given_a_thousand_reminders_when_somebody_is_answered_then_the_answer_goes_first(database: Engine) -> None:
    letters(database, *((f"r{n}", "reminder", True) for n in range(5)), ("a", "answer", False))
    channel = MemoryChannel()
    first = Outbox(database, "memory").claim()
    assert first is not None and first.outbound.reply.text == "answer"
    drain(database, channel)
    assert sum(len(channel.take(f"r{n}")) for n in range(5)) == 5


def test_given_a_reminder_that_waits_when_its_own_person_is_answered_then_it_does_not_keep_the_answer_back(
    database: Engine,
) -> None:
    letters(database, ("a", "reminder", True), ("a", "answer", False))
    channel = MemoryChannel()
    drain(database, channel)
    assert [part.text for part in channel.take("a")] == ["answer", "reminder"]


def test_given_a_reminder_that_is_on_the_wire_when_an_answer_comes_then_it_waits_for_it(database: Engine) -> None:
    letters(database, ("a", "reminder", True))
    box = Outbox(database, "memory")
    assert box.claim() is not None
    letters(database, ("a", "answer", False))
    assert box.claim() is None


@on_postgresql
def test_given_many_workers_when_messages_wait_then_each_takes_another_and_none_twice(database: Engine) -> None:
    inbox = Inbox(database, Wake())
    for n in range(60):
        send(inbox, f"p{n}", f"m{n}")
    took: list[list[str]] = [[] for _ in range(6)]
    threads = [threading.Thread(target=lambda mine=mine: mine.extend(answered(database, inbox))) for mine in took]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(text for mine in took for text in mine) == sorted(f"m{n}" for n in range(60))
    # Nobody came away empty because somebody else was faster.
    assert all(mine for mine in took)
