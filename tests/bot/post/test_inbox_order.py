"""Messages in order, whoever works and however late they come."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from sqlalchemy import update
from sqlalchemy.engine import Engine

from bot.post.clock import ago
from bot.post.inbox import Inbox
from bot.post.wake import Wake
from bot.store.tables import conversation
from bot.store.tables import inbox as inbox_table
from tests.bot.post.kit import inbound, rows, together


@pytest.fixture
def inbox(database: Engine) -> Inbox:
    return Inbox(database, Wake())


def done(database: Engine, id_: int) -> None:
    with database.begin() as connection:
        connection.execute(update(inbox_table).where(inbox_table.c.id == id_).values(status="done"))


def test_given_a_late_message_with_an_older_date_when_claimed_then_it_is_answered_first(
    database: Engine, inbox: Inbox
) -> None:
    for id_, seconds in (("2", 5), ("1", 9), ("3", 1)):
        inbox.receive(replace(inbound(id_, id_), sent_at=ago(seconds)))
    order = []
    while claimed := inbox.claim():
        order.append(claimed.text)
        done(database, claimed.id)
    assert order == ["1", "2", "3"]


def test_given_the_same_second_when_claimed_then_the_order_of_arrival_holds(database: Engine, inbox: Inbox) -> None:
    moment = ago(5).replace(microsecond=0)
    for id_ in ("9", "1"):
        inbox.receive(replace(inbound(id_, id_), sent_at=moment))
    claimed = inbox.claim()
    assert claimed is not None
    assert claimed.text == "9"


def test_given_two_workers_when_they_race_then_no_message_is_taken_twice_or_out_of_order(database: Engine) -> None:
    for number in range(24):
        Inbox(database, Wake()).receive(inbound(str(number), str(number), address=f"{number % 4}"))
    taken: list[tuple[int, int]] = []

    def work() -> None:
        box, ends = Inbox(database, Wake()), time.monotonic() + 5
        while len(taken) < 24 and time.monotonic() < ends:
            claimed = box.claim()
            if claimed is not None:
                taken.append((claimed.conversation_id, int(claimed.text)))
                done(database, claimed.id)

    together(*[work] * 3)
    assert len(taken) == 24
    for whose in {whose for whose, _ in taken}:
        numbers = [number for who, number in taken if who == whose]
        assert numbers == sorted(numbers)


def test_given_the_same_id_on_two_channels_when_received_then_they_are_two_messages(
    database: Engine, inbox: Inbox
) -> None:
    inbox.receive(inbound("1"))
    assert inbox.receive(replace(inbound("1"), channel="web")).new
    assert len(rows(database, conversation)) == 2


def test_given_messages_that_are_not_answered_when_counted_then_those_in_progress_count(inbox: Inbox) -> None:
    for id_ in ("1", "2"):
        inbox.receive(inbound(id_))
    inbox.claim()
    assert inbox.waiting() == 2
