"""Somebody sets the clock, or stops a sender, while things are on their way: each goes out once, in order, and soon."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.engine import Engine

from bot.errors import ChannelDown, SendFailed
from bot.post.clock import now
from bot.post.inbox import Inbox
from bot.post.outbox import LEASE, Outbox
from bot.post.sender import Sender
from bot.post.wake import Wake
from tests.bot.failing.test_clock_jumps import Jump, jump
from tests.bot.post.kit import Shaky, claim, drain, inbound, post, statuses

__all__ = ["jump"]

_HOUR = 3600.0


def test_given_a_clock_set_back_an_hour_when_letters_were_never_tried_then_they_go_out(
    database: Engine, jump: Jump
) -> None:
    jump(_HOUR)
    post(database, "một")
    jump(0)
    post(database, "hai")
    drain(database, channel := Shaky())
    assert channel.arrived == ["một", "hai"]


def test_given_a_clock_set_back_an_hour_when_a_letter_waits_for_its_next_try_then_it_is_due(
    database: Engine, jump: Jump
) -> None:
    jump(_HOUR)
    box = Outbox(database, "memory")
    post(database, "một")
    letter = box.claim()
    assert letter is not None
    box.failed(letter, SendFailed("busy", 30.0))
    assert box.claim() is None
    jump(0)
    assert box.claim() is not None


def test_given_a_pause_of_a_channel_when_the_clock_is_set_back_then_it_does_not_last_an_hour_longer(
    database: Engine, jump: Jump
) -> None:
    jump(_HOUR)
    box = Outbox(database, "memory")
    post(database, "một")
    letter = box.claim()
    assert letter is not None
    box.failed(letter, ChannelDown("busy", 30.0))
    jump(0)
    assert box.claim() is not None


def test_given_a_letter_in_hand_when_the_clock_is_set_ahead_then_nobody_takes_it_before_a_claim_has_really_run_out(
    database: Engine, jump: Jump
) -> None:
    first, second = Outbox(database, "memory"), Outbox(database, "memory")
    post(database, "một")
    assert first.claim() is not None
    jump(_HOUR)
    assert first.claim() is None and second.claim() is None
    second._settling._jumped_at -= LEASE + 1
    again = second.claim()
    assert again is not None and again.doubts == 1
    # At a provider that is asked for it, it counts from before the jump.
    assert again.created_at < now() - timedelta(seconds=_HOUR)


def test_given_messages_that_wait_when_the_clock_is_set_back_and_another_comes_then_it_is_answered_after_them(
    database: Engine, jump: Jump
) -> None:
    inbox = Inbox(database, Wake())
    jump(600)
    inbox.receive(inbound("1", "một"))
    jump(0)
    inbox.receive(inbound("2", "hai"))
    first = inbox.claim()
    assert first is not None and first.text == "một"


def test_given_a_sender_that_was_stopped_for_longer_than_its_claim_when_it_goes_on_then_it_lets_the_letter_be(
    database: Engine,
) -> None:
    post(database, "một")
    letter = replace(claim(database), lasts=time.monotonic() - 1)
    channel = Shaky()
    asyncio.run(Sender(database, channel, Wake())._deliver(letter))
    assert channel.arrived == [] and statuses(database) == ["sending"]
