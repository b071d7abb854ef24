"""`make bench`: every figure of the README in one run."""

from __future__ import annotations

import logging
import os
import tempfile
from pathlib import Path

from rich.console import Console

from bot import logs
from bot.store import schema
from procedures.catalogue import SEEDS
from procedures.database import connect
from procedures.importers import read
from procedures.importers.seeds import read_seeds
from procedures.store import take_in
from tests.benchmarks import search, starting, turns

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "national_procedures.jsonl.gz"
out = Console(highlight=False, soft_wrap=True)


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


def main() -> None:
    """Runs all benchmarks."""
    logs.configure(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        url = catalogue(Path(folder))
        os.environ["MOTCUA_DATABASE_URL"] = url
        search.run(out)
        turns.run(out)
        starting.run(out, url)


if __name__ == "__main__":
    main()
