"""`motcua catalogue`: take in records, look things up, check."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import typer
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from sqlalchemy.engine import Engine

from bot import settings
from bot.commands.console import err, out
from bot.errors import WrongUse
from bot.store import schema
from procedures.catalogue import Catalogue
from procedures.checks import check_catalogue
from procedures.database import connect
from procedures.importers import Row, read
from procedures.store import Report, take_in

app = typer.Typer(no_args_is_help=True)

#: Refused rows that are listed; the rest is counted.
_LISTED = 20


@app.command("import")
def import_(
    file: Path = typer.Argument(..., help="Portal records (JSON, JSON Lines, gzip) or the portal's Excel list."),
    data_date: str = typer.Option("", help="Month of the data, YYYY-MM, where the file does not say."),
) -> None:
    """Take in a file of procedures. All of it or, if the file is broken, nothing."""
    if not file.is_file():
        raise WrongUse(f"{file}: no such file")
    try:
        rows = read(file, data_date=data_date)
    except ValueError as error:
        raise WrongUse(f"--data-date: {error}") from error
    database = _database()
    with _bar() as bar:
        report = take_in(database, _counted(rows, bar, bar.add_task(str(file.name), total=None)))
    _tell(report)
    if report.refused and not (report.created or report.changed or report.unchanged):
        raise typer.Exit(1)


@app.command()
def search(
    text: str = typer.Argument(..., help="What a citizen might type."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a procedure."),
    limit: int = typer.Option(5, min=1, max=50, help="Procedures shown."),
) -> None:
    """Find procedures by a citizen's words."""
    view = Catalogue(_database()).view()
    hits = view.search(text, limit)
    for hit in hits:
        procedure = view.by_code(hit.code)
        title = procedure.title if procedure else ""
        if as_json:
            sys.stdout.write(json.dumps({"code": hit.code, "score": hit.score, "title": title}, ensure_ascii=False))
            sys.stdout.write("\n")
        else:
            out.print(f"{hit.score:.2f}  {hit.code}  {title}", markup=False)
    if not as_json:
        out.print(f"→ {view.decide(text).verdict.value}" if hits else "Nothing found.")


@app.command()
def check() -> None:
    """Look for what is missing or contradicts itself; exit code 1 if there is anything."""
    found = check_catalogue(_database())
    for problem in found:
        out.print(f"{problem.code}: {problem.text}", markup=False)
    out.print(f"{len(found)} problems.")
    if found:
        raise typer.Exit(1)


def _database() -> Engine:
    database = connect(settings.load().database_url)
    schema.check(database)
    return database


def _bar() -> Progress:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed} records"))
    return Progress(*columns, TimeElapsedColumn(), console=err)


def _counted(rows: Iterator[Row], bar: Progress, task: object) -> Iterator[Row]:
    for row in rows:
        bar.advance(task)  # type: ignore[arg-type]  # a TaskID
        yield row


def _tell(report: Report) -> None:
    names = ("created", "changed", "unchanged", "skipped", "refused")
    out.print(", ".join(f"{len(getattr(report, name))} {name}" for name in names) + ".")
    for row in report.refused[:_LISTED]:
        out.print(f"refused, line {row.line} {row.code}: {row.reason}", markup=False)
    if len(report.refused) > _LISTED:
        out.print(f"… and {len(report.refused) - _LISTED} more.")
