"""Reminders: in the morning, once, and never after they were stopped."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.engine import Engine

from bot import guides, reminders
from bot.post.clock import now
from bot.post.wake import Wake
from bot.reminders import Reminders, morning_of
from bot.store.tables import conversation, message, reminder
from procedures.guides.state import Guide
from procedures.store import take_in
from tests.seeds import seeds

TOKEN = "7k4p9m2xqr"


@pytest.fixture(autouse=True)
def guided(database: Engine) -> None:
    take_in(database, seeds("1.001193"))
    memory = json.dumps({"slots": {"language": "en"}, "events": []})
    with database.begin() as connection:
        connection.execute(insert(conversation).values(channel="web", address="a", memory=memory, created_at=now()))
        state = Guide(TOKEN, "1.001193", tag="bà Lan").to_dict()
        guides.keep(connection, 1, {"guide": state, "ticks": {}, "untick": []})


def wanted(database: Engine, day: date | None) -> None:
    with database.begin() as connection:
        effect = {"type": "remind", "token": TOKEN, "day": day.isoformat() if day else ""}
        reminders.keep(connection, 1, effect)


def sent(database: Engine) -> list[str]:
    Reminders(database, Wake()).send_due()
    with database.connect() as connection:
        return list(connection.execute(select(message.c.text).order_by(message.c.id)).scalars())


def make_due(database: Engine) -> None:
    with database.begin() as connection:
        connection.execute(update(reminder).values(due_at=now() - timedelta(minutes=1)))


def test_given_a_day_to_come_when_looked_then_nothing_is_sent(database: Engine) -> None:
    wanted(database, date.today() + timedelta(days=2))
    assert sent(database) == []


def test_given_a_due_reminder_when_looked_twice_then_it_is_sent_once_in_the_language_of_the_talk(
    database: Engine,
) -> None:
    wanted(database, date.today() + timedelta(days=2))
    make_due(database)
    assert sent(database) == sent(database)
    assert sent(database) == [
        "You asked to be reminded today: Birth registration (bà Lan). Please look over your papers before you go."
    ]


def test_given_another_day_when_named_then_the_first_one_is_forgotten(database: Engine) -> None:
    wanted(database, date.today() + timedelta(days=2))
    wanted(database, date.today() + timedelta(days=3))
    make_due(database)
    assert len(sent(database)) == 1


def test_given_a_reminder_that_was_stopped_when_looked_then_nothing_is_sent(database: Engine) -> None:
    wanted(database, date.today() + timedelta(days=2))
    wanted(database, None)
    make_due(database)
    assert sent(database) == []


def test_given_a_guide_whose_procedure_is_gone_when_due_then_nothing_is_sent_and_nothing_breaks(
    database: Engine,
) -> None:
    with database.begin() as connection:
        effect = {"type": "remind", "token": "zzzzz22222", "day": "2030-01-01"}
        reminders.keep(connection, 1, effect)
    make_due(database)
    assert sent(database) == []


def test_given_a_day_when_its_morning_is_meant_then_it_is_eight_here_and_never_a_sunday() -> None:
    assert morning_of(date(2026, 11, 30)).isoformat() == "2026-11-30T01:00:00+00:00"
    assert morning_of(date(2026, 11, 29)) == morning_of(date(2026, 11, 30))


def test_given_a_person_who_answers_when_due_then_the_reminder_waits_until_the_bot_may_speak(database: Engine) -> None:
    wanted(database, date.today() + timedelta(days=2))
    make_due(database)
    for state, count in (("with_staff", 0), ("with_bot", 1)):
        with database.begin() as connection:
            connection.execute(update(conversation).values(state=state))
        assert len(sent(database)) == count
