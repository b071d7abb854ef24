"""Kill switches: the bot rests and says so, or nothing is sent; nothing that comes or waits is lost."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot import switches
from bot.conversation import Outcome
from bot.errors import Refused
from bot.post import lines
from bot.post.outbox import Outbox
from bot.store.console_tables import audit_entry
from bot.store.tables import inbox, turn
from bot.switches import Switch
from bot.words import words
from tests.bot.handover import kit
from tests.bot.handover.turns import Citizen, answers

ANSWER = ["Lệ phí: 8.000 đ"]
RESTS = [words().say("channel_off")]


def turn_to(database: Engine, switch: Switch, channel: str = "memory", reason: str = "wrong fees") -> None:
    with database.begin() as connection:
        switches.turn(connection, channel, switch, reason, None)


def test_given_a_silent_channel_when_somebody_asks_then_they_are_told_and_nobody_else_is(database: Engine) -> None:
    turn_to(database, Switch.SILENT)
    citizen = Citizen(database)
    assert citizen.hears(answers()) == RESTS
    assert Citizen(database, channel="other").hears(answers()) == ANSWER
    with database.connect() as connection:
        assert connection.execute(select(turn.c.outcome)).scalars().first() == Outcome.ERROR.value
        assert set(connection.execute(select(inbox.c.status)).scalars()) == {"done"}
    turn_to(database, Switch.ON)
    assert citizen.hears(answers()) == ANSWER


def test_given_a_silent_channel_when_somebody_wants_a_person_then_they_stand_in_line(database: Engine) -> None:
    turn_to(database, Switch.SILENT)
    citizen = Citizen(database)
    citizen.hears(answers())
    (told,) = citizen.hears(answers(), payload="/talk_to_person")
    assert [row.status for row in citizen.cases()] == ["waiting"]
    assert told not in RESTS


def test_given_a_silent_channel_when_a_person_answers_then_the_bot_does_not_speak_between(database: Engine) -> None:
    with database.begin() as connection:
        kit.case(connection, "memory", "a", staff_id=kit.person(connection))
    turn_to(database, Switch.SILENT)
    assert Citizen(database).hears(answers()) == []


def test_given_a_closed_channel_when_answered_then_the_letter_waits_until_it_is_on(database: Engine) -> None:
    turn_to(database, Switch.CLOSED)
    assert Citizen(database).hears(answers()) == ANSWER
    assert Outbox(database, "memory").claim() is None
    assert lines.line(database, "memory").paused == "wrong fees"
    # What mends a channel that paused by itself does not open what a person has closed.
    lines.resume(database, "memory")
    assert Outbox(database, "memory").claim() is None
    turn_to(database, Switch.ON)
    letter = Outbox(database, "memory").claim()
    assert letter is not None and letter.outbound.reply.text == ANSWER[0]


def test_given_a_closed_channel_when_it_is_made_silent_then_letters_go_out(database: Engine) -> None:
    turn_to(database, Switch.CLOSED)
    turn_to(database, Switch.SILENT)
    assert Citizen(database).hears(answers()) == RESTS
    assert Outbox(database, "memory").claim() is not None


def test_given_a_switch_when_it_is_turned_then_the_audit_has_the_reason(database: Engine) -> None:
    turn_to(database, Switch.SILENT, reason="  wrong   fees ")
    with database.connect() as connection:
        row = connection.execute(select(audit_entry)).one()
        assert switches.of(connection, "memory") is Switch.SILENT
    assert (row.action, row.subject, row.reason) == ("setting.changed", "channels_off", "wrong fees")
    assert '"memory"' in row.after


@pytest.mark.parametrize(("channel", "reason"), [("memory", "  "), ("web", "why"), ("api", "why")])
def test_given_no_reason_or_nothing_to_close_when_closed_then_it_is_refused(
    database: Engine, channel: str, reason: str
) -> None:
    with pytest.raises(Refused):
        turn_to(database, Switch.CLOSED, channel, reason)
