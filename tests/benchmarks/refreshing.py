"""What is published at the console: until every worker tells it, until the whole index knows it; and the gate."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from rich.console import Console
from sqlalchemy.engine import Engine

from bot.console import gate
from bot.post.clock import now
from procedures import publishing, store
from procedures.catalogue import Catalogue, catalogue_of
from procedures.database import connect
from procedures.model import Procedure
from tests.benchmarks.turns import quantile, timed

CODE, ALIAS = "1.001193", "tấm bìa xanh đầu đời"
_TEXTS = ("mất căn cước làm lại ở đâu", "tach thua dat", "register a marriage", "thủ tục tạm trú cho sinh viên")


def run(out: Console, url: str) -> None:
    """Leaves the catalogue as it was."""
    database = connect(url)
    catalogue = catalogue_of(database)
    before = _told(database)
    out.print(f"refresh of {len(catalogue.settled())} procedures")
    fee = replace(before, ways=tuple(replace(way, fees=()) for way in before.ways))
    out.print(f"  a fee: told after {_published(database, catalogue, fee, lambda: _is(catalogue, fee)):.2f} s")
    named = replace(before, aliases=(*before.aliases, ALIAS))
    with _asking(catalogue) as times:
        found = _published(database, catalogue, named, lambda: catalogue.view().decide(ALIAS).hits[0].code == CODE)
        built, _ = timed(catalogue.settled)
    out.print(f"  an alias: found after {found:.2f} s, whole index after {found + built:.1f} s")
    slow = f"p50 {quantile(times, 0.5):.0f} ms  p99 {quantile(times, 0.99):.0f} ms  worst {max(times):.0f} ms"
    out.print(f"  {len(times)} questions meanwhile: {slow}")
    _published(database, catalogue, before, lambda: _is(catalogue, before))
    catalogue.settled()
    for what, edit in (("a fee", fee), ("an alias", named)):
        seconds, result = timed(partial(gate.run, database, edit))
        out.print(f"  gate of {what}: {result.asked} questions, {seconds:.1f} s")


def _published(database: Engine, catalogue: Catalogue, wanted: Procedure, there: Callable[[], bool]) -> float:
    """Seconds until a process has it that has just looked, and told the procedure as it was."""
    catalogue.view().by_code(CODE)
    with database.begin() as connection:
        publishing.put(connection, wanted, "benchmark", now())
    started = time.perf_counter()
    while not there():
        time.sleep(0.01)
    return time.perf_counter() - started


def _is(catalogue: Catalogue, wanted: Procedure) -> bool:
    return catalogue.view().by_code(CODE) == wanted


@contextmanager
def _asking(catalogue: Catalogue) -> Iterator[list[float]]:
    """Somebody asks all the time; how long each answer took, in ms."""
    times: list[float] = []
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            for text in _TEXTS:
                started = time.perf_counter()
                catalogue.view().decide(text)
                times.append((time.perf_counter() - started) * 1000)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield times
    finally:
        over.set()
        thread.join()


def _told(database: Engine) -> Procedure:
    with database.connect() as connection:
        found = store.load(connection, CODE)
    assert found is not None
    return found
