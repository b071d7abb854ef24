"""Days are counted once they are over, again while they are not, and tell nothing of anybody."""

from __future__ import annotations

import asyncio
import contextlib
import json
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection, Engine
from structlog.testing import capture_logs

from bot.console import counting
from bot.console.counting import Counting, count
from bot.console.figures import Figures, Part, figures
from bot.conversation import Outcome
from bot.post.inbox import open_conversation
from bot.store.number_tables import number_day, number_part
from bot.store.tables import conversation, inbox, turn
from procedures.validity import HERE
from tests.bot.handover import kit

DAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=HERE).astimezone(timezone.utc)
LATER = NOON + timedelta(days=5)
CODE = "1.000656"


def said(connection: Connection, who: str = "a", at: datetime = NOON, **told: Any) -> int:
    """A message, and what came of it where `outcome` is told."""
    channel = told.get("channel", "web")
    whose = open_conversation(connection, channel, who)
    number = len(connection.execute(select(inbox.c.id)).all())
    row = {"conversation_id": whose, "channel": channel, "channel_message_id": f"m{number}", "text": "so 0912345678"}
    row |= {"kind": told.get("kind", "text"), "status": told.get("status", "done"), "sent_at": at, "received_at": at}
    id_ = int(connection.execute(insert(inbox).values(**row)).inserted_primary_key[0])
    if "outcome" in told:
        linked = json.dumps([{"code": told["code"], "score": 1.0}] if told.get("code") else [])
        answer = {"outcome": told["outcome"], "language": told.get("language", "vi"), "procedures": linked, "ms": 5.0}
        kept = at + timedelta(seconds=told.get("took", 0.4))
        connection.execute(insert(turn).values(inbox_id=id_, conversation_id=whose, created_at=kept, **answer))
    return whose


def told_of(database: Engine, first: date = DAY, last: date = DAY) -> Figures:
    with database.connect() as connection:
        return figures(connection, first, last, LATER)


def by_name(parts: tuple[Part, ...]) -> dict[str, int]:
    return {part.name: part.messages for part in parts}


def test_given_nothing_when_counted_then_today_is_there_and_empty(database: Engine) -> None:
    assert told_of(database).counted_at is None
    assert count(database, NOON) == 0
    told = told_of(database)
    assert (told.total.messages, told.people, told.total.share, told.waits.median) == (0, 0, None, None)
    assert list(told.days) == [DAY] and told.parts["channel"] == ()


def test_given_each_outcome_when_counted_then_each_is_of_one_kind(database: Engine) -> None:
    with database.begin() as connection:
        for outcome in Outcome:
            said(connection, outcome=outcome.value)
        said(connection)
        said(connection, status="failed")
        said(connection, status="new")
    count(database, NOON)
    total = told_of(database).total
    assert total.messages == len(Outcome) + 3
    assert (total.answered, total.other, total.refused, total.unsure, total.handed_over) == (3, 5, 1, 1, 1)
    assert (total.staff, total.failed, total.alone, total.share) == (1, 2, 8, 57)


def test_given_days_when_counted_then_they_begin_at_midnight_here_and_people_are_told_once(database: Engine) -> None:
    midnight = NOON - timedelta(hours=12)
    with database.begin() as connection:
        for who, at in (("a", -1), ("a", 0), ("b", 1), ("a", 86399), ("c", 86400)):
            said(connection, who, midnight + timedelta(seconds=at), outcome="answered")
    assert count(database, LATER) == 0
    told = told_of(database, DAY - timedelta(1), DAY + timedelta(1))
    assert [day.messages for day in told.days.values()] == [1, 3, 1]
    assert [day.visits for day in told.days.values()] == [1, 2, 1]
    assert (told.people, told.total.visits) == (3, 4)
    assert told_of(database).people == 2


def test_given_parts_when_counted_then_channel_language_commune_and_procedure_are_told(database: Engine) -> None:
    with database.begin() as connection:
        mine = said(connection, "a", outcome="answered", code=CODE, language="und")
        memory = json.dumps({"slots": {"place": "01279", "language": "vi"}, "events": []})
        connection.execute(update(conversation).where(conversation.c.id == mine).values(memory=memory))
        said(connection, "b", outcome="guide", code=CODE, language="zh", channel="telegram")
        said(connection, "b", outcome="clarify", code="2.000001", language="en", channel="telegram")
    count(database, NOON)
    parts = told_of(database).parts
    assert by_name(parts["channel"]) == {"telegram": 2, "web": 1}
    assert by_name(parts["language"]) == {"vi": 1, "zh": 1, "en": 1}
    assert by_name(parts["place"]) == {"": 2, "01279": 1}
    assert by_name(parts["code"]) == {CODE: 2}


def test_given_noise_and_presses_of_start_when_counted_then_they_are_left_out(database: Engine) -> None:
    with database.begin() as connection:
        noise = said(connection, "a", outcome="answered")
        connection.execute(update(conversation).where(conversation.c.id == noise).values(spam_at=NOON))
        said(connection, "b", kind="start", outcome="smalltalk")
        said(connection, "c", outcome="answered")
    count(database, NOON)
    assert told_of(database).total.messages == 1


def test_given_a_day_that_is_over_when_messages_are_forgotten_then_its_count_stays(database: Engine) -> None:
    with database.begin() as connection:
        said(connection, outcome="answered")
    count(database, LATER)
    with database.begin() as connection:
        connection.execute(delete(turn))
        connection.execute(delete(inbox))
    count(database, LATER)
    assert told_of(database).total.messages == 1


def test_given_today_when_more_is_said_and_counted_again_then_it_is_told_once(database: Engine) -> None:
    for expected in (1, 2):
        with database.begin() as connection:
            said(connection, outcome="answered")
        count(database, NOON)
        assert told_of(database).total.messages == expected
    with database.connect() as connection:
        assert connection.execute(select(number_day.c.final)).scalars().all() == [False]


def test_given_midnight_when_counted_then_yesterday_is_final_an_hour_later_and_today_is_there(database: Engine) -> None:
    with database.begin() as connection:
        said(connection, outcome="answered")
        said(connection, at=NOON + timedelta(hours=12, minutes=5), outcome="answered")
    for hours, final in ((12.2, [False, False]), (13.1, [True, False])):
        assert count(database, NOON + timedelta(hours=hours), most=1) == 0
        with database.connect() as connection:
            assert connection.execute(select(number_day.c.final).order_by(number_day.c.day)).scalars().all() == final
    assert told_of(database).total.messages == 1


def test_given_many_days_when_counted_some_at_a_time_then_all_are_in_the_end(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "_CHUNK", 2)
    with database.begin() as connection:
        for number in range(9):
            said(connection, at=NOON + timedelta(hours=12 * number), outcome="answered")
    left = [count(database, LATER, most=2) for _ in range(3)]
    assert left == [4, 2, 0]
    told = told_of(database, DAY, DAY + timedelta(5))
    assert [day.messages for day in told.days.values()] == [1, 2, 2, 2, 2, 0]


def test_given_messages_that_are_stored_out_of_order_when_counted_then_none_is_lost(database: Engine) -> None:
    midnight = NOON + timedelta(hours=12)
    with database.begin() as connection:
        for seconds in (-3, 1, -2, 2):
            said(connection, at=midnight + timedelta(seconds=seconds), outcome="answered")
    count(database, LATER)
    told = told_of(database, DAY, DAY + timedelta(1))
    assert [day.messages for day in told.days.values()] == [2, 2]


def test_given_waits_when_told_then_half_and_nine_of_ten_lie_within(database: Engine) -> None:
    with database.begin() as connection:
        for took in (0.05, 0.1, 0.4, 0.4, 0.4, 0.6, 0.6, 0.6, 4, 400):
            said(connection, outcome="answered", took=took)
    count(database, NOON)
    waits = told_of(database).waits
    assert (waits.counts[0], waits.counts[-1], waits.median, waits.ninetieth) == (2, 1, 0.5, 5.0)


def test_given_cases_when_told_then_they_and_their_stars_stand_by_day_channel_and_procedure(database: Engine) -> None:
    with database.begin() as connection:
        said(connection, "a", outcome="handed_over")
        kit.case(connection, address="a", created_at=NOON, rating=5, code=CODE)
        kit.case(connection, address="b", created_at=NOON, rating=4, language="zh")
        kit.case(connection, address="c", created_at=NOON - timedelta(days=9))
    count(database, NOON)
    told = told_of(database)
    assert (told.total.cases, told.total.ratings, told.total.mean) == (2, 2, 4.5)
    assert [(day.cases, day.ratings, day.mean) for day in told.days.values()] == [(2, 2, 4.5)]
    assert {part.name: (part.cases, part.mean) for part in told.parts["language"]} == {"vi": (1, 5.0), "zh": (1, 4.0)}
    assert [(part.name, part.cases, part.messages) for part in told.parts["code"]] == [(CODE, 1, 0)]
    assert all(part.cases is None for part in told.parts["place"])


def test_given_a_final_day_when_another_process_counts_it_too_then_it_stays(database: Engine) -> None:
    with database.begin() as connection:
        said(connection, outcome="answered")
    count(database, LATER)
    with database.begin() as connection:
        counting._keep(connection, DAY, counting._Tally(0), LATER)
        assert connection.execute(select(number_part.c.messages).where(number_part.c.about == "all")).scalars().first()


def test_given_a_slow_process_when_it_keeps_an_older_count_then_the_newer_one_stays(database: Engine) -> None:
    with database.begin() as connection:
        said(connection, outcome="answered")
    count(database, NOON)
    with database.begin() as connection:
        counting._keep(connection, DAY, counting._Tally(0), NOON - timedelta(seconds=1))
    assert told_of(database).total.messages == 1


def test_given_trouble_when_counting_runs_then_it_goes_on(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[int] = []

    def failing(*_: Any, **__: Any) -> int:
        tries.append(1)
        if len(tries) == 1:
            raise ValueError("0912345678")
        return 1

    monkeypatch.setattr(counting, "count", failing)
    monkeypatch.setattr(counting, "EVERY", 0.01)

    async def some_time() -> None:
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(Counting(database).run(), 0.5)

    with capture_logs() as logs:
        asyncio.run(some_time())
    assert len(tries) >= 2 and [one["event"] for one in logs] == ["counting_failed"] and "0912" not in str(logs)
