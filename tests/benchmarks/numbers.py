"""How fast numbers are with a year of a million messages: counting a day, opening a month, opening the year."""

from __future__ import annotations

import json
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from rich.console import Console
from sqlalchemy import insert, select
from sqlalchemy.engine import Connection, Engine

from bot.console.counting import count
from bot.console.figures import figures
from bot.console.filing import Matters, guides, online
from bot.conversation import Outcome
from bot.post.clock import now
from bot.store import schema
from bot.store.desk_tables import handover
from bot.store.number_tables import number_day
from bot.store.tables import conversation, guide, inbox, turn
from procedures.database import connect
from procedures.validity import day_of

MESSAGES, CONVERSATIONS, CASES, GUIDES, DAYS = 1_000_000, 250_000, 30_000, 40_000, 365
_AT_ONCE = 20_000
_OUTCOMES = ([Outcome.ANSWERED] * 12) + list(Outcome)


def run(console: Console, url: str | None = None, messages: int = MESSAGES) -> None:
    """`url`: a database, empty; a file of SQLite without one."""
    with tempfile.TemporaryDirectory() as folder:
        database = connect(url or f"sqlite:///{folder}/bench.db")
        schema.migrate(database)
        fill(database, messages)
        begun = time.perf_counter()
        count(database)
        each = (time.perf_counter() - begun) / DAYS
        console.print(f"{messages} messages of {DAYS} days: counting a day {each * 1000:.0f} ms")
        with database.begin() as connection:
            # As if it were a day that is not over.
            connection.execute(
                number_day.update().where(number_day.c.day >= day_of(now()).isoformat()).values(final=False)
            )
        _timed(console, "counting today again", lambda: count(database))
        matters = Matters()
        for days in (30, 365):
            _timed(console, f"numbers of {days} days", lambda days=days: _open(database, matters, days))
        database.dispose()


def _timed(console: Console, name: str, what: Any) -> None:
    seconds = []
    for _ in range(5):
        begun = time.perf_counter()
        what()
        seconds.append(time.perf_counter() - begun)
    console.print(f"{name}: {sorted(seconds)[2] * 1000:.0f} ms, the first time {seconds[0] * 1000:.0f} ms")


def _open(database: Engine, matters: Matters, days: int) -> None:
    last = day_of(now())
    first = last - timedelta(days=days - 1)
    with database.execution_options(motcua_read=True).connect() as connection:
        told = figures(connection, first, last)
        online(connection, matters, told.parts["code"], guides(connection, first, last), 50)


def fill(database: Engine, messages: int) -> None:
    """A year of messages, evenly; of cases and guides as many as belong to them."""
    scale = messages / MESSAGES
    chance, moment = random.Random(8), now()
    people = max(1, int(CONVERSATIONS * scale))
    with database.begin() as connection:
        _put(connection, conversation, (_conversation(number, moment, chance) for number in range(1, people + 1)))
        begun = moment - timedelta(days=DAYS - 1)
        ids, step = range(1, messages + 1), timedelta(days=DAYS - 1) / messages
        whose = {id_: chance.randint(1, people) for id_ in ids}
        _put(connection, inbox, (_message(id_, whose[id_], begun + step * id_) for id_ in ids))
        _put(connection, turn, (_turn(id_, whose[id_], begun + step * id_, chance) for id_ in ids if id_ % 20))
        cases = max(1, int(CASES * scale))
        step = timedelta(days=DAYS - 1) / cases
        _put(
            connection,
            handover,
            (_case(number, begun + step * number, chance) for number in range(1, min(cases, people))),
        )
        _put(connection, guide, (_guide(number, begun, chance) for number in range(int(GUIDES * scale))))
        assert connection.execute(select(inbox.c.id).limit(1)).first()


def _put(connection: Connection, table: Any, rows: Iterator[dict[str, Any]]) -> None:
    while some := list(islice(rows, _AT_ONCE)):
        connection.execute(insert(table), some)


def _conversation(number: int, at: datetime, chance: random.Random) -> dict[str, Any]:
    events = [{"event": "user", "text": "x" * 40, "number": index} for index in range(20)]
    memory = {"slots": {"place": f"{chance.randint(1000, 1125):05}", "language": "vi"}, "events": events}
    channel = chance.choice(("web", "telegram", "zalo-oa", "zalo-bot"))
    return {"id": number, "channel": channel, "address": str(number), "memory": json.dumps(memory), "created_at": at}


def _message(number: int, whose: int, at: datetime) -> dict[str, Any]:
    row = {"id": number, "conversation_id": whose, "channel": "telegram", "channel_message_id": str(number)}
    return {**row, "text": "x" * 40, "status": "done", "sent_at": at, "received_at": at}


def _turn(number: int, whose: int, at: datetime, chance: random.Random) -> dict[str, Any]:
    linked = json.dumps([{"code": f"1.{_popular(chance):06}", "score": 0.9}])
    row = {"inbox_id": number, "conversation_id": whose, "outcome": chance.choice(_OUTCOMES).value, "language": "vi"}
    took = timedelta(seconds=chance.expovariate(2))
    return {**row, "reply_language": "vi", "procedures": linked, "ms": 20.0, "created_at": at + took}


def _popular(chance: random.Random) -> int:
    """A few procedures are what most people ask about."""
    return min(5000, int(chance.paretovariate(0.6)))


def _case(number: int, at: datetime, chance: random.Random) -> dict[str, Any]:
    row = {"conversation_id": number, "reason": "asked", "status": "closed", "outcome": "answered", "language": "vi"}
    times = {"created_at": at, "first_reply_at": at + timedelta(minutes=20), "closed_at": at + timedelta(hours=3)}
    return {**row, **times, "office_id": 1, "code": f"1.{number % 900:06}", "rating": chance.choice((None, 3, 4, 5))}


def _guide(number: int, begun: datetime, chance: random.Random) -> dict[str, Any]:
    papers = [f"paper number {index}" for index in range(8)]
    state: dict[str, Any] = {"token": f"t{number}", "code": f"1.{chance.randint(1, 5000):06}", "stage": "sent"}
    state |= {"way": "online", "ticks": dict.fromkeys(papers, "have"), "shown": papers}
    at = begun + timedelta(minutes=number * 12)
    row = {"token": state["token"], "code": state["code"], "created_at": at, "updated_at": at}
    return {**row, "state": json.dumps(state)}


if __name__ == "__main__":
    run(Console(highlight=False, soft_wrap=True))
