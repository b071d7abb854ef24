"""`make bench`: every figure in one run; `python -m tests.benchmarks PART…` some of them.

Parts: turns, start, load, history, profile, scale; search and refreshing are told on the screen alone.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from bot import logs
from bot.store import schema
from procedures.catalogue import SEEDS
from procedures.database import connect
from procedures.importers import read
from procedures.importers.seeds import read_seeds
from procedures.store import take_in
from tests.benchmarks import history, load, page, profiling, refreshing, scale, search, starting, turns

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "national_procedures.jsonl.gz"
out = Console(highlight=False, soft_wrap=True, width=120)


def catalogue(folder: Path) -> str:
    """A database with the seeds and, where it is there, the national catalogue."""
    url = f"sqlite:///{folder / 'bench.db'}"
    database = connect(url)
    schema.migrate(database)
    take_in(database, read_seeds(SEEDS))
    if SHARED.exists():
        seconds, report = turns.timed(lambda: take_in(database, read(SHARED)))
        out.print(f"import of {len(report.created)} national records: {seconds:.1f} s")
    else:
        out.print(f"{SHARED} is absent: measured over the seeds alone")
    return url


#: In the order in which they run. Over the catalogue whose address it is given:
OVER_CATALOGUE = {
    "turns": lambda _: turns.run(out),
    "profile": lambda _: profiling.run(out),
    "start": lambda url: starting.run(out, url),
    "search": lambda _: search.run(out),
    "refreshing": lambda url: refreshing.run(out, url),
}
#: Over databases of their own.
ALONE = {"load": load.run, "history": history.run, "scale": scale.run}


def main(parts: list[str]) -> None:
    """Runs these, or all, and writes the pages."""
    logs.configure(logging.WARNING)
    chosen = parts or [*OVER_CATALOGUE, *ALONE]
    with tempfile.TemporaryDirectory() as folder:
        over = [name for name in OVER_CATALOGUE if name in chosen]
        url = catalogue(Path(folder)) if over else ""
        if url:
            os.environ["MOTCUA_DATABASE_URL"] = url
        for name in over:
            _timed(name, lambda: OVER_CATALOGUE[name](url))  # noqa: B023
        for name in (name for name in ALONE if name in chosen):
            _timed(name, lambda: ALONE[name](out))  # noqa: B023
    page.write()


def _timed(name: str, run: Callable[[], None]) -> None:
    seconds, _ = turns.timed(run)
    out.print(f"({name} took {seconds:.0f} s)")


if __name__ == "__main__":
    main(sys.argv[1:])
