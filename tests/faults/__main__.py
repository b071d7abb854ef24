"""`make faults`: on PostgreSQL, then on SQLite; a table and a line of var/bench/faults.jsonl each.

Ends with 1 where a message was lost or came twice though it could be known, or answers came out of order.
MOTCUA_FAULTS_ENGINE=echo needs no model. MOTCUA_FAULTS_PEOPLE: how many write.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.benchmarks import results
from tests.faults.cluster import binaries
from tests.faults.counts import Counts
from tests.faults.plans import on_postgresql, on_sqlite
from tests.faults.run import Report, run

_FILE = results.ROOT / "var" / "bench" / "faults.jsonl"
_DOCS, _MARK = results.ROOT / "docs" / "faults.md", "<!-- result -->"


def main() -> int:
    console, wrong = Console(highlight=False, soft_wrap=True), 0
    engine = os.environ.get("MOTCUA_FAULTS_ENGINE", "real")
    ms, people = "8" if engine == "echo" else engine, int(os.environ.get("MOTCUA_FAULTS_PEOPLE", "60"))
    which = sys.argv[1:] or ["postgresql", "sqlite"]
    if "postgresql" in which and binaries() is None:
        console.print("PostgreSQL is left out: no initdb on this machine")
        which.remove("postgresql")
    lines = []
    for database in which:
        report = run((on_postgresql if database == "postgresql" else on_sqlite)(ms, people))
        show(console, report)
        lines.append(results.keep("faults", f"make faults ({database}, engine {engine})", report.figures(), _FILE))
        wrong += report.counts.wrong
    if len(lines) == 2:
        _write(lines)
    return 1 if wrong else 0


def _write(lines: list[dict[str, Any]]) -> None:
    """The newest result into docs/faults.md."""
    told = _DOCS.read_text("utf-8").partition(_MARK)[0] + _MARK + "\n"
    for line in lines:
        figures = line["figures"]
        counts = ", ".join(f"{name.replace('_', ' ')} {figures[name]}" for name in Counts().figures())
        told += f"\n{line['command']}, {line['at']}, {line['machine']}, {line['cores']} cores, "
        told += f"load before {line['load_before']}, {figures['seconds']} s: **{counts}**\n"
        told += "\n| what was done | longest wait for an answer |\n| --- | --- |\n"
        told += "".join(f"| {one['fault']} | {one['longest_wait_s']} s |\n" for one in figures["faults"])
    _DOCS.write_text(told, "utf-8")


def show(console: Console, report: Report) -> None:
    table = Table(title=f"{report.database}: {report.seconds:.0f} s, {report.restarts} processes started again")
    for name in ("what was done", "messages until the next", "longest wait for an answer"):
        table.add_column(name)
    for one in report.faults:
        table.add_row(one.name, str(one.messages), f"{one.longest:.1f} s")
    console.print(table)
    console.print(", ".join(f"{name.replace('_', ' ')} {value}" for name, value in report.counts.figures().items()))
    for story in report.counts.stories[:40]:
        console.print(f"  {story}", markup=False)


if __name__ == "__main__":
    sys.exit(main())
