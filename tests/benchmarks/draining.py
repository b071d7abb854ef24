"""How many messages a second workers answer when nothing else holds them up: a full inbox on PostgreSQL, emptied."""

from __future__ import annotations

import os
import sys
import time
from typing import Any

from rich.console import Console
from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from bot.conversation import Inbound
from bot.post.inbox import Inbox
from bot.post.wake import Wake
from bot.store.tables import inbox
from tests.benchmarks.databases import postgresql, prepared
from tests.benchmarks.processes import start
from tests.benchmarks.turns import TEXTS

MESSAGES = int(os.environ.get("MESSAGES", "1200"))
#: The first answers are slower than all others.
_WARM, _PATIENCE = 0.1, 300.0


def run(out: Console, counts: list[int]) -> list[dict[str, Any]]:
    """Messages a second of so many workers, each time on a new database; nothing where there is no PostgreSQL."""
    found = []
    for workers in counts:
        with postgresql() as url:
            if not url:
                return []
            rate = _rate(url, workers)
        found.append({"workers": workers, "rate": round(rate, 1)})
        out.print(f"{workers} workers alone, PostgreSQL: {rate:.0f} messages a second")
    return found


def _rate(url: str, workers: int) -> float:
    database = prepared(url)
    post = Inbox(database, Wake())
    for number in range(MESSAGES):
        post.receive(Inbound("web", f"p{number}", f"m{number}", TEXTS[number % len(TEXTS)]))
    command = [sys.executable, "-m", "bot", "serve", "--only", "worker", "--workers", str(workers)]
    process = start(command, {"MOTCUA_DATABASE_URL": url})
    try:
        first, at = _until(database, int(MESSAGES * _WARM))
        last, end = _until(database, MESSAGES)
    finally:
        process.terminate()
        process.wait(30)
        database.dispose()
    return (last - first) / (end - at)


def _until(database: Engine, count: int) -> tuple[int, float]:
    """How many were done when at least so many were, and when that was."""
    done = select(func.count()).where(inbox.c.status == "done")
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        with database.connect() as connection:
            found = int(connection.execute(done).scalar() or 0)
        if found >= count:
            return found, time.perf_counter()
        time.sleep(0.1)
    raise TimeoutError(f"{count} messages")
