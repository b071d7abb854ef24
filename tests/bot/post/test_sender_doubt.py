"""A try that may have got through: who can be asked is asked, and nobody gets the same words twice without need."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy.engine import Engine

from bot.channels.port import Abilities, Delivery, Part
from bot.conversation import Notice, Sign
from bot.errors import TryLater
from bot.post import rendering
from bot.post.clock import ago, now
from bot.post.notices import Notices
from bot.post.outbox import MOST_DOUBTS, Outbox
from bot.post.wake import Wake
from bot.store import tables
from procedures.validity import utc
from tests.bot.post.kit import PLAIN, REMEMBERS, Shaky, again, change, claim, column, drain, post, rows, statuses

PERHAPS = TryLater("timeout", perhaps_sent=True)


def die_behind_the_call(database: Engine, channel: Shaky) -> None:
    """The first part gets through, and nobody notes it."""
    asyncio.run(channel.send(rendering.parts(claim(database).outbound, channel.abilities)[0]))


@pytest.mark.parametrize(("abilities", "arrived", "doubts"), [(REMEMBERS, 1, 0), (PLAIN, 2, 1)])
def test_given_a_sender_that_died_behind_the_call_when_tried_again_then_only_who_can_be_asked_sends_once(
    database: Engine, abilities: Abilities, arrived: int, doubts: int
) -> None:
    channel = Shaky(abilities=abilities)
    post(database, "một")
    die_behind_the_call(database, channel)
    again(database, channel)
    assert channel.arrived == ["một"] * arrived
    assert [(row.status, row.doubts) for row in rows(database, tables.outbox)] == [("sent", doubts)]


def test_given_a_try_that_did_not_get_through_when_asked_then_it_is_sent_and_no_longer_doubtful(
    database: Engine,
) -> None:
    channel = Shaky([PERHAPS])
    post(database, "một")
    drain(database, channel)
    assert column(database, tables.outbox, "doubts") == [1]
    again(database, channel)
    assert channel.arrived == ["một"]
    assert column(database, tables.outbox, "doubts") == [0]


def test_given_the_same_words_twice_when_the_second_is_doubtful_then_the_first_is_not_taken_for_it(
    database: Engine,
) -> None:
    channel = Shaky([None, PERHAPS])
    post(database, "dạ", "dạ")
    drain(database, channel)
    again(database, channel)
    assert channel.arrived == ["dạ", "dạ"]
    assert column(database, tables.delivery, "channel_message_id") == ["a:1", "a:2"]


def test_given_a_provider_that_cannot_be_asked_now_when_tried_later_then_the_doubt_is_not_forgotten(
    database: Engine,
) -> None:
    channel = Shaky(find_errors=[TryLater("busy"), RuntimeError("?")])
    post(database, "một")
    die_behind_the_call(database, channel)
    for _ in range(3):
        again(database, channel)
    assert (channel.arrived, statuses(database)) == (["một"], ["sent"])


def test_given_a_provider_that_cannot_be_asked_for_long_when_it_can_be_then_the_answer_arrives(
    database: Engine,
) -> None:
    asked = [TryLater("answer lost", perhaps_sent=True), RuntimeError("?")] * MOST_DOUBTS
    channel = Shaky([PERHAPS], find_errors=asked)
    post(database, "một")
    drain(database, channel)
    for _ in range(2 * MOST_DOUBTS + 1):
        again(database, channel)
    assert (channel.arrived, statuses(database)) == (["một"], ["sent"])


def test_given_a_try_that_may_have_got_through_when_it_is_tried_again_then_later_than_one_that_has_not(
    database: Engine,
) -> None:
    post(database, "một", "hai")
    drain(database, Shaky([PERHAPS]))
    longest_of_others = timedelta(seconds=2)
    assert utc(column(database, tables.outbox, "try_at")[0]) > now() + longest_of_others


def test_given_the_second_part_in_doubt_when_asked_then_the_same_words_of_the_first_are_not_taken_for_it(
    database: Engine,
) -> None:
    channel = Shaky([None, PERHAPS], Abilities(text=3, memory=True))
    post(database, "dạ dạ")
    drain(database, channel)
    again(database, channel)
    assert channel.arrived == ["dạ", "dạ"]


def test_given_staff_who_said_the_same_when_ours_is_in_doubt_then_theirs_is_not_taken_for_it(database: Engine) -> None:
    channel = Shaky([None, PERHAPS])
    post(database, "chào", "dạ")
    drain(database, channel)
    asyncio.run(channel.send(Part("a", 1, "dạ")))
    Notices(database, Wake(), {"memory": PLAIN}).take(Notice("memory", "a", Sign.ECHO, ("a:2",), "dạ"))
    again(database, channel)
    assert channel.arrived == ["chào", "dạ", "dạ"]
    assert column(database, tables.delivery, "channel_message_id") == ["a:1", "a:3", "a:2"]


def test_given_a_letter_when_asked_what_is_known_then_it_is_what_arrived_since_it_was_written(
    database: Engine,
) -> None:
    box = Outbox(database, "memory")
    post(database, "một")
    box.delivered(claim(database), 0, Delivery("before"), True)
    post(database, "hai", "ba")
    box.delivered(claim(database), 0, Delivery("since"), True)
    assert box.known(claim(database)) == {"since"}


def test_given_a_claim_that_runs_out_between_two_parts_when_somebody_else_has_it_then_the_rest_is_theirs(
    database: Engine,
) -> None:
    class Late(Shaky):
        async def send(self, part: Part) -> Delivery:
            if not self.arrived:
                change(database, tables.outbox, try_at=ago(1))
                claim(database)
            return await super().send(part)

    channel = Late(abilities=Abilities(text=4))
    post(database, "một hai ba")
    drain(database, channel)
    assert channel.arrived == ["một"]
    assert rows(database, tables.delivery) == []
