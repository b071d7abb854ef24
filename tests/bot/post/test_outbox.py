"""What is sent, in which order, and how often it is tried."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.engine import Engine

from bot.channels.memory import MemoryChannel
from bot.channels.port import Delivery
from bot.errors import ChannelDown, SendFailed, TryLater, Unreachable
from bot.post.clock import ago
from bot.post.inbox import Inbox
from bot.post.outbox import LONGEST_PAUSE, MOST_DEATHS, MOST_DOUBTS, TOO_LONG, Outbox
from bot.post.wake import Wake
from bot.store import tables
from bot.store.channel_tables import channel_pause
from tests.bot.post.kit import PLAIN, TWO, Shaky, again, change, claim, column, drain, inbound, post, rows, statuses


def test_given_two_replies_when_drained_then_they_arrive_once_in_order_with_buttons(database: Engine) -> None:
    channel = MemoryChannel()
    post(database, "một", "hai", buttons=TWO)
    drain(database, channel)
    drain(database, channel)
    parts = channel.take("a")
    assert [part.text for part in parts] == ["một", "hai"]
    assert [choice.title for choice in parts[0].choices] == [button.title for button in TWO]
    assert statuses(database) == ["sent", "sent"]
    assert column(database, tables.delivery, "channel_message_id") == ["a:1", "a:2"]


def test_given_a_failure_that_may_pass_when_drained_then_the_second_reply_does_not_overtake(database: Engine) -> None:
    channel = Shaky([SendFailed("busy", retry_after=5)])
    post(database, "một", "hai")
    drain(database, channel)
    assert (channel.arrived, statuses(database)) == ([], ["queued", "queued"])
    again(database, channel)
    assert channel.arrived == ["một", "hai"]


def test_given_one_citizen_who_waits_when_drained_then_another_is_not_held_up(database: Engine) -> None:
    channel = Shaky([TryLater("busy")])
    post(database, "một")
    post(database, "hai", address="b")
    drain(database, channel)
    assert channel.arrived == ["hai"]


def test_given_a_final_failure_when_drained_then_it_is_given_up_and_the_next_goes_out(database: Engine) -> None:
    channel = Shaky([SendFailed("blocked")])
    post(database, "một", "hai")
    drain(database, channel)
    assert (channel.arrived, statuses(database)) == (["hai"], ["failed", "sent"])
    assert column(database, tables.outbox, "error") == ["blocked", None]


def test_given_a_channel_that_always_raises_when_drained_often_then_it_is_given_up_as_doubtful(
    database: Engine,
) -> None:
    channel = Shaky([ValueError("chữ của người dân")] * 50)
    post(database, "một")
    for _ in range(MOST_DOUBTS + 2):
        again(database, channel)
    row = rows(database, tables.outbox)[0]
    assert (row.status, row.tries, row.doubts, row.error) == ("failed", MOST_DOUBTS, MOST_DOUBTS, "ValueError")


def test_given_a_provider_that_is_busy_for_long_when_drained_often_then_the_letter_is_kept(database: Engine) -> None:
    channel = Shaky([TryLater("busy")] * 20)
    post(database, "một")
    for _ in range(21):
        again(database, channel)
    assert (channel.arrived, statuses(database)) == (["một"], ["sent"])


def test_given_a_letter_that_was_tried_for_a_day_when_it_fails_once_more_then_it_is_given_up(database: Engine) -> None:
    post(database, "một")
    change(database, tables.outbox, since=ago(TOO_LONG.total_seconds() + 60))
    drain(database, Shaky([TryLater("busy")]))
    assert statuses(database) == ["failed"]


def test_given_failures_in_a_row_when_tried_again_then_each_wait_is_longer_but_none_is_endless(
    database: Engine,
) -> None:
    post(database, "một")
    waits = []
    for tries in (0, 2, 4, 6, 60):
        change(database, tables.outbox, tries=tries, status="queued", try_at=ago(1))
        drain(database, Shaky([TryLater("busy")]))
        waits.append(rows(database, tables.outbox)[0].try_at.replace(tzinfo=None) - ago(0).replace(tzinfo=None))
    assert waits == sorted(waits)
    assert timedelta(0) < waits[0]
    assert waits[-1] <= timedelta(seconds=LONGEST_PAUSE)


def test_given_a_sender_that_died_when_its_lease_is_over_then_another_delivers(database: Engine) -> None:
    post(database, "một")
    claim(database)
    channel = Shaky()
    drain(database, channel)
    assert channel.arrived == []
    again(database, channel)
    assert channel.arrived == ["một"]


def test_given_a_lease_that_ran_out_when_the_first_sender_reports_then_it_changes_nothing(database: Engine) -> None:
    post(database, "một")
    box = Outbox(database, "memory")
    late = claim(database)
    change(database, tables.outbox, try_at=ago(1))
    mine = claim(database)
    box.failed(late, SendFailed("late"))
    box.delivered(late, 0, Delivery("late"), True)
    box.doubt_settled(late)
    assert (statuses(database), rows(database, tables.delivery)) == (["sending"], [])
    box.delivered(mine, 0, Delivery("mine"), True)
    assert (statuses(database), column(database, tables.delivery, "channel_message_id")) == (["sent"], ["mine"])


@pytest.mark.parametrize("other", ["web", "memory2", ""])
def test_given_a_sender_of_another_channel_when_it_claims_then_it_gets_nothing(database: Engine, other: str) -> None:
    post(database, "một")
    assert Outbox(database, other).claim() is None


def test_given_a_provider_that_refuses_us_when_drained_then_all_wait_and_nothing_is_lost(database: Engine) -> None:
    channel = Shaky([ChannelDown("token")])
    post(database, "một")
    drain(database, channel)
    post(database, "hai", address="b")
    again(database, channel)
    assert (channel.arrived, statuses(database)) == ([], ["queued", "queued"])
    change(database, channel_pause, until=ago(1))
    again(database, channel)
    assert sorted(channel.arrived) == ["hai", "một"]


def test_given_somebody_who_left_when_letters_wait_then_they_are_given_up_without_a_call(database: Engine) -> None:
    channel = Shaky([Unreachable("blocked")])
    post(database, "một", "hai")
    drain(database, channel)
    assert (channel.arrived, statuses(database)) == ([], ["failed", "failed"])
    assert column(database, tables.outbox, "error") == ["blocked", "left"]


def test_given_somebody_who_left_when_they_write_again_then_they_are_answered(database: Engine) -> None:
    channel = Shaky([Unreachable("blocked")], PLAIN)
    post(database, "một")
    drain(database, channel)
    Inbox(database, Wake()).receive(inbound("1", "tôi lại đây"))
    post(database, "hai")
    drain(database, channel)
    assert channel.arrived == ["hai"]


def test_given_a_provider_that_tells_no_id_when_delivered_then_it_is_sent_once(database: Engine) -> None:
    channel = Shaky()
    channel.tells = [Delivery()]
    post(database, "một")
    drain(database, channel)
    again(database, channel)
    assert (channel.arrived, statuses(database)) == (["một"], ["sent"])
    assert column(database, tables.delivery, "channel_message_id") == [""]


def test_given_a_provider_that_was_busy_before_when_a_try_may_have_got_through_then_it_is_tried_again(
    database: Engine,
) -> None:
    channel = Shaky([*[TryLater("busy")] * 3, TryLater("timeout", perhaps_sent=True)])
    post(database, "một")
    for _ in range(6):
        again(database, channel)
    assert (channel.arrived, statuses(database)) == (["một"], ["sent"])


@pytest.mark.parametrize("values", [{"doubts": MOST_DOUBTS}, {"deaths": MOST_DEATHS + 1}])
def test_given_a_letter_that_ends_its_process_each_time_when_claimed_then_it_is_given_up_and_the_next_goes_out(
    database: Engine, values: dict[str, int]
) -> None:
    post(database, "một", "hai")
    claim(database)
    with database.begin() as connection:
        first = update(tables.outbox).where(tables.outbox.c.id == 1)
        connection.execute(first.values(try_at=ago(1), **values))
    channel = Shaky(abilities=PLAIN)
    drain(database, channel)
    assert (channel.arrived, statuses(database)) == (["hai"], ["failed", "sent"])
    assert column(database, tables.outbox, "error") == ["died with it", None]


def test_given_a_channel_that_forgets_when_its_sender_dies_each_time_then_copies_are_few(database: Engine) -> None:
    post(database, "một")
    claims = 0
    while Outbox(database, "memory").claim() and claims < 50:
        claims += 1
        change(database, tables.outbox, try_at=ago(1))
    assert (claims, statuses(database)) == (MOST_DOUBTS + 1, ["failed"])


def test_given_a_message_that_came_during_a_try_when_it_tells_that_they_left_then_they_have_not(
    database: Engine,
) -> None:
    post(database, "một")
    letter = claim(database)
    Inbox(database, Wake()).receive(inbound("1", "tôi đây"))
    Outbox(database, "memory").failed(letter, Unreachable("blocked"))
    assert column(database, tables.conversation, "left_at") == [None]


def test_given_a_message_that_came_during_a_try_when_it_tells_what_is_left_then_the_new_window_stays(
    database: Engine,
) -> None:
    post(database, "một")
    letter = claim(database)
    Inbox(database, Wake()).receive(inbound("1", "tôi đây"))
    Outbox(database, "memory").delivered(letter, 0, Delivery("x", 0), True)
    assert (column(database, tables.conversation, "replies_left"), statuses(database)) == ([None], ["sent"])


def test_given_a_long_pause_when_another_letter_asks_for_a_short_one_then_the_long_one_stays(database: Engine) -> None:
    post(database, "một")
    post(database, "hai", address="b")
    box, one, other = Outbox(database, "memory"), claim(database), claim(database)
    box.failed(one, ChannelDown("token", 300))
    before = column(database, channel_pause, "until")
    box.failed(other, SendFailed("429", 1, whole_channel=True))
    assert column(database, channel_pause, "until") == before
    assert column(database, channel_pause, "reason") == ["token"]
