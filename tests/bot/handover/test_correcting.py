"""Other words for what a person said, or none: on its way, where it has arrived, and only by who said it."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import Engine

from bot.channels.port import Abilities
from bot.conversation import Reply
from bot.errors import SendFailed, TryLater, Unreachable
from bot.post import outbox
from bot.post.outbox import Outbox
from tests.bot.handover.correcting_kit import (
    LAN,
    MAI,
    Corrects,
    arrange,
    correct,
    history,
    line_of,
    recall,
    refusal,
    say,
    send,
)
from tests.bot.post.kit import statuses


@pytest.fixture(autouse=True)
def case(database: Engine) -> None:
    arrange(database)


def test_given_a_line_that_has_arrived_when_corrected_then_it_is_changed_there_and_here(database: Engine) -> None:
    channel, line = Corrects(), say(database)
    send(database, channel)
    correct(database, channel, line, "  hai  ")
    assert channel.calls == ["edit a:1 hai"]
    assert line_of(database) == ("hai", True, False)
    assert history(database) == [("edited", LAN, "một", {"line": line})]


def test_given_a_line_that_has_arrived_when_recalled_then_nobody_sees_it_there_or_here(database: Engine) -> None:
    channel, line = Corrects(), say(database)
    send(database, channel)
    recall(database, channel, line)
    assert channel.calls == ["recall a:1"]
    assert line_of(database) == ("một", False, True)
    assert history(database) == [("recalled", LAN, "một", {"line": line})]


def test_given_a_line_that_waits_when_corrected_then_it_goes_out_with_the_new_words(database: Engine) -> None:
    channel, line = Corrects(Abilities(text=2000)), say(database)
    correct(database, channel, line)
    send(database, channel)
    assert [part.text for part in channel.take("a")] == ["hai"]
    assert (channel.calls, line_of(database)) == ([], ("hai", True, False))


def test_given_a_line_that_waits_when_recalled_then_it_never_goes_out(database: Engine) -> None:
    channel, line = Corrects(Abilities(text=2000)), say(database)
    recall(database, channel, line)
    send(database, channel)
    assert (channel.take("a"), statuses(database)) == ([], ["dropped"])
    assert line_of(database) == ("một", False, True)


@pytest.mark.parametrize("text", ["hai", None])
def test_given_a_line_on_the_wire_when_changed_then_one_waits_a_moment(database: Engine, text: str | None) -> None:
    line = say(database)
    assert Outbox(database, "memory").claim()
    assert refusal(database, Corrects(), line, text) == "refused.on_its_way"
    assert (line_of(database), statuses(database)) == (("một", False, False), ["sending"])


def test_given_a_sender_that_has_looked_when_the_words_change_then_it_does_not_send_the_old_ones(
    database: Engine,
) -> None:
    from bot.post.outbox import _mark_sending, _oldest

    line = say(database)
    with database.connect() as connection:
        seen = _oldest(connection, "memory")
    correct(database, Corrects(), line)
    with database.begin() as connection:
        assert not _mark_sending(connection, seen)


@pytest.mark.parametrize("text", ["hai", None])
@pytest.mark.parametrize("who", [MAI, 99])
def test_given_a_line_of_a_colleague_when_changed_then_it_is_refused(
    database: Engine, who: int, text: str | None
) -> None:
    channel, line = Corrects(), say(database)
    send(database, channel)
    assert refusal(database, channel, line, text, who) == "refused.not_yours"
    assert refusal(database, channel, 99, text) == "refused.not_yours"
    assert (channel.calls, line_of(database)) == ([], ("một", False, False))


@pytest.mark.parametrize("text", ["hai", None])
def test_given_a_line_of_the_bot_when_changed_then_it_is_refused(database: Engine, text: str | None) -> None:
    with database.begin() as connection:
        line = outbox.post(connection, 1, "memory", Reply("một"), None)
    assert refusal(database, Corrects(), line, text) == "refused.not_yours"


@pytest.mark.parametrize("text", ["hai", None])
def test_given_a_line_that_was_taken_back_when_changed_then_it_is_refused(database: Engine, text: str | None) -> None:
    channel, line = Corrects(), say(database)
    recall(database, channel, line)
    assert refusal(database, channel, line, text) == "refused.taken_back"


@pytest.mark.parametrize("text", ["hai", None])
def test_given_a_channel_that_cannot_when_changed_then_it_is_refused(database: Engine, text: str | None) -> None:
    channel, line = Corrects(Abilities(text=2000)), say(database)
    send(database, channel)
    assert refusal(database, channel, line, text) == "refused.no_edits"
    assert line_of(database) == ("một", False, False)


@pytest.mark.parametrize(("text", "why"), [("", "empty"), (" \n", "empty"), ("a" * 4001, "too_long")])
def test_given_no_words_or_too_many_when_corrected_then_it_is_refused(database: Engine, text: str, why: str) -> None:
    assert refusal(database, Corrects(), say(database), text) == f"refused.{why}"


def test_given_the_same_words_when_corrected_then_nothing_happens(database: Engine) -> None:
    channel, line = Corrects(), say(database)
    send(database, channel)
    correct(database, channel, line, "một")
    assert (channel.calls, history(database), line_of(database)) == ([], [], ("một", False, False))


@pytest.mark.parametrize("text", ["hai", None])
@pytest.mark.parametrize(
    ("error", "why"),
    [
        (SendFailed("too old"), "refused.too_late"),
        (TryLater("busy"), "refused.not_now"),
        (SendFailed("429", 5), "refused.not_now"),
        (Unreachable("blocked"), "cannot_reply.left"),
    ],
)
def test_given_a_provider_that_refuses_when_changed_then_the_transcript_stays(
    database: Engine, error: SendFailed, why: str, text: str | None
) -> None:
    channel, line = Corrects(), say(database)
    send(database, channel)
    channel.errors.append(error)
    assert refusal(database, channel, line, text) == why
    assert (line_of(database), history(database)) == (("một", False, False), [])
