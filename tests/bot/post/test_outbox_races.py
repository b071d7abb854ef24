"""Several senders at one outbox."""

from __future__ import annotations

import time

from sqlalchemy.engine import Engine

from bot.channels.port import Delivery
from bot.errors import ChannelDown
from bot.post import outbox
from bot.post.clock import ago
from bot.post.outbox import Outbox
from bot.store import tables
from bot.store.channel_tables import channel_pause
from tests.bot.post.kit import change, claim, post, rows, statuses, together


def test_given_four_senders_when_they_race_then_each_letter_goes_once_and_in_order(database: Engine) -> None:
    for number in range(10):
        post(database, "một", "hai", "ba", address=str(number))
    sent: list[tuple[int, str]] = []

    def work() -> None:
        box, ends = Outbox(database, "memory"), time.monotonic() + 5
        while len(sent) < 30 and time.monotonic() < ends:
            letter = box.claim()
            if letter is not None:
                sent.append((letter.outbound.conversation_id, letter.outbound.reply.text))
                box.delivered(letter, 0, Delivery(), True)

    together(*[work] * 4)
    assert len(sent) == 30
    for whose in {whose for whose, _ in sent}:
        assert [text for who, text in sent if who == whose] == ["một", "hai", "ba"]


def test_given_many_who_wait_when_senders_race_then_all_are_claimed(database: Engine) -> None:
    for number in range(20):
        post(database, "một", address=str(number))
    claimed: list[int] = []

    def work() -> None:
        box = Outbox(database, "memory")
        while letter := box.claim():
            claimed.append(letter.id)

    together(*[work] * 4)
    assert sorted(claimed) == list(range(1, 21))


def test_given_a_letter_that_was_delivered_between_look_and_claim_when_claimed_then_it_is_left_alone(
    database: Engine,
) -> None:
    post(database, "một")
    letter = claim(database)
    change(database, tables.outbox, try_at=ago(1))
    with database.connect() as connection:
        seen = outbox._oldest(connection, "memory")
    Outbox(database, "memory").delivered(letter, 0, Delivery("x"), True)
    with database.begin() as connection:
        assert not outbox._mark_sending(connection, seen)
    assert statuses(database) == ["sent"]


def test_given_a_part_that_was_delivered_between_look_and_claim_when_claimed_then_the_claim_is_still_good(
    database: Engine,
) -> None:
    post(database, "một hai")
    letter = claim(database)
    change(database, tables.outbox, try_at=ago(1))
    with database.connect() as connection:
        seen = outbox._oldest(connection, "memory")
    Outbox(database, "memory").delivered(letter, 0, Delivery("x"), False)
    with database.begin() as connection:
        assert not outbox._mark_sending(connection, seen)


def test_given_many_letters_when_the_channel_goes_down_under_all_at_once_then_it_is_paused_once(
    database: Engine,
) -> None:
    for number in range(8):
        post(database, "một", address=str(number))
    box = Outbox(database, "memory")
    letters = [claim(database) for _ in range(8)]
    together(*(lambda letter=letter: box.failed(letter, ChannelDown("token")) for letter in letters))
    assert (len(rows(database, channel_pause)), set(statuses(database))) == (1, {"queued"})
