"""Where the time of one message goes, stage by stage, and how many statements each stage sends: SQLite and PostgreSQL.

`make profile-turn`; CPROFILE=40 prints the 40 dearest functions as well.
"""

from __future__ import annotations

import cProfile
import logging
import os
import pstats
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import event
from sqlalchemy.engine import Engine as Database

from bot import logs
from bot.channels.port import Delivery
from bot.conversation import Inbound
from bot.conversation.answer import Answer, Responder
from bot.post.inbox import Inbox
from bot.post.outbox import Outbox
from bot.post.wake import Wake
from bot.turn import Turns
from tests.benchmarks import results
from tests.benchmarks.databases import databases
from tests.benchmarks.turns import TEXTS

PEOPLE, EACH = int(os.environ.get("BENCH_PEOPLE", "20")), 5
STAGES = (
    "store the message",
    "claim",
    "look before the engine",
    "engine",
    "commit the turn",
    "claim the letter",
    "sent",
)


class Spans:
    """Milliseconds and statements of each stage."""

    def __init__(self, database: Database) -> None:
        self.stage = ""
        self.ms: dict[str, float] = defaultdict(float)
        self.sql_ms: dict[str, float] = defaultdict(float)
        self.statements: Counter[str] = Counter()
        #: Those that write: BEGIN and COMMIT are two more ways to a server.
        self.transactions: Counter[str] = Counter()
        #: What was sent, by stage.
        self.told: dict[str, Counter[str]] = defaultdict(Counter)
        self._begun = 0.0
        event.listen(database, "before_cursor_execute", self._before)
        event.listen(database, "after_cursor_execute", self._after)
        event.listen(database, "begin", self._began)

    @contextmanager
    def of(self, stage: str) -> Iterator[None]:
        """What happens within is of this stage; what is of another one within it is not."""
        outer, begun = self.stage, time.perf_counter()
        self.stage = stage
        try:
            yield
        finally:
            took = (time.perf_counter() - begun) * 1000
            self.ms[stage] += took
            self.stage = outer
            if outer:
                self.ms[outer] -= took

    def _began(self, connection: Any) -> None:
        self.transactions[self.stage] += not connection.get_execution_options().get("motcua_read")

    def _before(self, *_: Any) -> None:
        self._begun = time.perf_counter()

    def _after(self, connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("BEGIN"):
            return
        self.sql_ms[self.stage] += (time.perf_counter() - self._begun) * 1000
        self.statements[self.stage] += 1
        self.told[self.stage][" ".join(statement.split())[:110]] += 1


class _Spanned:
    """A responder whose time is its own stage; what comes after it is the commit."""

    def __init__(self, responder: Responder, spans: Spans) -> None:
        self._responder, self._spans = responder, spans

    def respond(self, conversation_id: int, text: str, payload: str, memory: str | None) -> Answer:
        with self._spans.of("engine"):
            return self._responder.respond(conversation_id, text, payload, memory)


class _Committing(Turns):
    """Turns whose last transaction is a stage of its own."""

    spans: Spans

    def _commit(self, *arguments: Any) -> Any:
        with self.spans.of("commit the turn"):
            return super()._commit(*arguments)


def profile(database: Database, responder: Responder, people: int = PEOPLE) -> Spans:
    """All that happens to `people` × EACH messages, after one of each person that nobody counts."""
    wake, spans = Wake(), Spans(database)
    inbox, outbox = Inbox(database, wake), Outbox(database, "web")
    turns = _Committing(database, _Spanned(responder, spans), wake, "http://127.0.0.1", secret="bench", notice=True)
    turns.spans = spans
    for number in range(people * (EACH + 1)):
        if number == people:
            _forget(spans)
        _message(spans, (inbox, turns, outbox), number % people, number)
    return spans


def _forget(spans: Spans) -> None:
    for kept in (spans.ms, spans.sql_ms, spans.statements, spans.transactions, spans.told):
        kept.clear()  # type: ignore[attr-defined]


def _message(spans: Spans, parts: tuple[Inbox, Turns, Outbox], person: int, number: int) -> None:
    inbox, turns, outbox = parts
    # Nobody says the same twice in a row: that would call a person.
    text = TEXTS[(person + number // PEOPLE) % len(TEXTS)]
    with spans.of("store the message"):
        inbox.receive(Inbound("web", f"p{person}", f"m{number}", text))
    with spans.of("claim"):
        claimed = inbox.claim()
    assert claimed is not None
    with spans.of("look before the engine"):
        assert turns.take(claimed)
    while True:
        with spans.of("claim the letter"):
            letter = outbox.claim()
        if letter is None:
            return
        with spans.of("sent"):
            outbox.delivered(letter, 0, Delivery(), True)


def run(out: Console) -> None:
    """Prints a table for each database, and keeps it."""
    from bot.engine import Engine, training

    engine = Engine(training.trained_model())
    with tempfile.TemporaryDirectory() as folder:
        found: dict[str, Any] = {}
        for name, database in databases(folder):
            if not found:
                engine.load()
            profiler = cProfile.Profile() if os.environ.get("CPROFILE") else None
            with profiler or nullcontext():
                spans = profile(database, engine)
            found[name] = _figures(spans)
            _print(out, name, found[name])
            if os.environ.get("STATEMENTS"):
                _list(out, spans)
            if profiler:
                pstats.Stats(profiler).sort_stats("tottime").print_stats(int(os.environ["CPROFILE"]))
            database.dispose()
    results.keep("profile", "make profile-turn", found)


def _figures(spans: Spans) -> dict[str, dict[str, float]]:
    many = PEOPLE * EACH
    return {
        stage: {
            "ms": round(spans.ms[stage] / many, 3),
            "sql_ms": round(spans.sql_ms[stage] / many, 3),
            "statements": round(spans.statements[stage] / many, 2),
            "writes": round(spans.transactions[stage] / many, 2),
            "trips": round((spans.statements[stage] + 2 * spans.transactions[stage]) / many, 2),
        }
        for stage in STAGES
    }


def _print(out: Console, name: str, figures: dict[str, dict[str, float]]) -> None:
    table = Table(title=f"One message on {name}")
    columns = ("ms", "sql_ms", "statements", "writes", "trips")
    for column in ("stage", *columns):
        table.add_column(column)
    for stage, told in figures.items():
        table.add_row(stage, *(f"{told[column]:.2f}" for column in columns))
    table.add_row("all", *(f"{sum(told[column] for told in figures.values()):.2f}" for column in columns))
    out.print(table)


def _list(out: Console, spans: Spans) -> None:
    for stage in STAGES:
        for statement, count in spans.told[stage].most_common():
            out.print(f"{stage}: {count / PEOPLE / EACH:.2f} × {statement}", markup=False)


if __name__ == "__main__":
    logs.configure(logging.WARNING)
    run(Console(highlight=False, soft_wrap=True, width=120))
