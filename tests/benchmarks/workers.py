"""What each further worker costs in memory: `make bench-workers`, or the same with DATABASE_URL=postgresql:///empty.

Starts `motcua serve --only worker --workers N` over a database of its own (SQLite, or one that is given), lets it
answer, and reads what the kernel says of each process (/proc/PID/smaps_rollup): pages of its own (private), and its
part of those that it shares (proportional).
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from bot import logs
from bot.conversation import Inbound
from bot.operations import migrating
from bot.post.inbox import Inbox
from bot.post.wake import Wake
from bot.store.tables import inbox, worker
from procedures.database import connect
from tests.benchmarks.starting import QUESTION

WORKERS, MESSAGES = int(os.environ.get("WORKERS", "3")), int(os.environ.get("MESSAGES", "600"))
PATIENCE = 300.0
#: By process: see `memory`.
_Memory = dict[int, dict[str, float]]


def run(out: Console, url: str) -> None:
    """Prints a line of JSON for each process, before and after it answered, and a table."""
    logs.configure(logging.WARNING)
    database = connect(url)
    migrating.migrate(database)
    command = [sys.executable, "-m", "bot", "serve", "--only", "worker", "--workers", str(WORKERS)]
    started = time.perf_counter()
    process = subprocess.Popen(command, env={**os.environ, "MOTCUA_DATABASE_URL": url})
    try:
        _until(lambda: len(_workers(database)) == WORKERS)
        out.print(json.dumps({"measure": "workers_ready", "seconds": round(time.perf_counter() - started, 1)}))
        pids = [process.pid, *_workers(database)]
        before = {pid: memory(pid) for pid in pids}
        started = time.perf_counter()
        _ask(database)
        seconds = time.perf_counter() - started
        after = {pid: memory(pid) for pid in pids}
    finally:
        process.terminate()
        process.wait(30)
    _tell(out, pids, before, after)
    out.print(json.dumps({"measure": "messages", "workers": WORKERS, "per_second": round(MESSAGES / seconds, 1)}))


def memory(pid: int) -> dict[str, float]:
    """MiB of a process: resident, its own, its part of what is shared."""
    told: dict[str, int] = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, value = line.split(":")
        told[name] = int(value.split()[0])
    own = told["Private_Clean"] + told["Private_Dirty"]
    return {"resident": told["Rss"] / 1024, "own": own / 1024, "proportional": told["Pss"] / 1024}


def _ask(database: Engine) -> None:
    """Each message is somebody else's."""
    post, words = Inbox(database, Wake()), QUESTION.split()
    for number in range(MESSAGES):
        asked = " ".join(words[number % 3 :])
        post.receive(Inbound("web", f"bench {number}", f"bench {number} {time.time_ns()}", asked))
    waits = select(func.count()).where(inbox.c.status.in_(("new", "claimed")))
    _until(lambda: not _read(database, waits)[0])


def _read(database: Engine, wanted: Any) -> list[Any]:
    """As pages do: nobody who writes waits for it."""
    with database.execution_options(motcua_read=True).connect() as connection:
        return list(connection.execute(wanted).scalars())


def _workers(database: Engine) -> list[int]:
    names = _read(database, select(worker.c.name).where(worker.c.readiness == "ready"))
    return [int(name.rpartition(":")[2]) for name in names]


def _until(true: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "no answer"
        time.sleep(0.1)


def _tell(
    out: Console, pids: list[int], before: dict[int, dict[str, float]], after: dict[int, dict[str, float]]
) -> None:
    table = Table("process", "own at first", f"own after {MESSAGES} messages", "proportional", "resident", title="MiB")
    for number, pid in enumerate(pids):
        name = f"worker {number}" if number else "parent"
        told = {"own_at_first": before[pid]["own"], **after[pid]}
        out.print(json.dumps({"measure": "memory", "process": name, **{k: round(v, 1) for k, v in told.items()}}))
        figures = (told["own_at_first"], told["own"], told["proportional"], told["resident"])
        table.add_row(name, *(f"{figure:.0f}" for figure in figures))
    total = sum(one["proportional"] for one in after.values())
    out.print(json.dumps({"measure": "memory", "process": "all", "proportional": round(total, 1)}))
    out.print(table)


def main() -> None:
    """Over a new SQLite database, or one whose address is given."""
    out = Console(highlight=False, soft_wrap=True)
    if sys.argv[1:]:
        run(out, sys.argv[1])
        return
    with tempfile.TemporaryDirectory() as folder:
        run(out, f"sqlite:///{folder}/workers.db")


if __name__ == "__main__":
    main()
