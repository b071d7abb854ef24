"""`motcua catalogue`: take in records, and check them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import typer
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from sqlalchemy.engine import Engine

from bot import settings
from bot.commands import shell
from bot.commands.console import err, out
from bot.errors import WrongUse
from bot.store import schema
from procedures import store
from procedures.against import Disagreement, check_seeds
from procedures.catalogue import SEEDS
from procedures.checks import check_catalogue
from procedures.database import connect, exists
from procedures.errors import TooManyChanges
from procedures.importers import Accepted, Row, read
from procedures.importers.seeds import read_seeds
from procedures.model import Procedure
from procedures.store import Report, take_in

app = typer.Typer(no_args_is_help=True)

#: Refused rows that are listed; the rest is counted.
_LISTED = 20


@app.command("import")
def import_(
    file: Path = typer.Argument(..., help="Portal records (JSON, JSON Lines, gzip) or the portal's Excel list."),
    data_date: str = typer.Option("", help="Month of the data, YYYY-MM, where the file does not say."),
    complete: bool = typer.Option(False, "--complete", help="The file is all there is: what it lacks ends today."),
    most: float = typer.Option(0.2, min=0, max=1, help="Share of the catalogue that may change without a question."),
    yes: bool = typer.Option(False, "--yes", help="Do not ask, however much changes."),
) -> None:
    """Take in a file of procedures. All of it or, if the file is broken, nothing."""
    # Checked before the database is opened, and before a bar is drawn.
    rows_of(file, data_date)
    try:
        report = _take(file, data_date, complete, None if yes else most)
    except TooManyChanges as refused:
        if not sys.stdin.isatty() or not typer.confirm(f"{refused} Import now?", err=True):
            raise
        report = _take(file, data_date, complete, None)
    _note_taken(file, report)
    _tell(report)
    if report.refused and not (report.created or report.changed or report.unchanged or report.removed):
        raise typer.Exit(1)


@app.command()
def check(
    against: Path = typer.Option(None, "--against", help="Portal records to hold the plain words against."),
    seeds: Path = typer.Option(None, "--seeds", help="Folder of seeds, in place of the catalogue's plain words."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a problem."),
) -> None:
    """Look for what is missing or contradicts itself or the records; exit code 1 if there is anything."""
    if against:
        _check_against(_records(against), _plain_words(seeds), as_json)
        return
    if seeds:
        raise WrongUse("--seeds goes with --against")
    found = check_catalogue(reading())
    for problem in found:
        print_json(asdict(problem)) if as_json else out.print(f"{problem.code}: {problem.text}", markup=False)
    _count(f"{len(found)} problems.", bool(found), as_json)


def _note_taken(file: Path, report: Report) -> None:
    names = ("created", "changed", "removed", "refused")
    shell.done(database(), "catalogue import", file.name, **{name: len(getattr(report, name)) for name in names})


def database() -> Engine:
    """The catalogue's database. Raises SchemaOutdated."""
    found = connect(settings.load().database_url)
    schema.check(found)
    return found


def reading() -> Engine:
    """The same for looking only: a long look must not hold the lock that writers wait for."""
    return database().execution_options(motcua_read=True)


def rows_of(file: Path, data_date: str = "") -> Iterator[Row]:
    """The rows of a portal file. Raises WrongUse for a file that is not there, or a month that is none."""
    if not file.is_file():
        raise WrongUse(f"{file}: no such file")
    try:
        return read(file, data_date=data_date)
    except ValueError as error:
        raise WrongUse(f"--data-date: {error}") from error


def print_json(value: object) -> None:
    """One JSON object on a line of its own."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def _take(file: Path, data_date: str, complete: bool, most: float | None) -> Report:
    target = database()
    with _bar() as bar:
        rows = _counted(rows_of(file, data_date), bar, bar.add_task(str(file.name), total=None))
        return take_in(target, rows, source=file.name, complete=complete, most=most)


def _records(file: Path) -> dict[str, Procedure]:
    accepted = [row for row in rows_of(file) if isinstance(row, Accepted)]
    records = {row.procedure.code: row.procedure for row in accepted if row.layer == "record"}
    if not records:
        raise WrongUse(f"{file}: no record of ours is in it; give the portal's records, not its list")
    return records


def _plain_words(folder: Path | None) -> list[Procedure]:
    """The seeds of a folder; without one, the plain words of the catalogue, or those that came with the program."""
    if folder and not folder.is_dir():
        raise WrongUse(f"{folder}: no such folder")
    if folder is None and exists(settings.load().database_url):
        with reading().connect() as connection:
            stored = list(store.told_by(connection, "plain"))
        if stored:
            return stored
    return [row.procedure for row in read_seeds(folder or SEEDS)]


def _check_against(records: dict[str, Procedure], seeds: Sequence[Procedure], as_json: bool) -> None:
    found = check_seeds(seeds, records)
    for one in found:
        print_json(asdict(one)) if as_json else out.print(_line(one), markup=False)
    explained = sum(bool(one.explained) for one in found)
    told = f"{len(found) - explained} disagreements, {explained} more explained, in {len(seeds)} procedures."
    _count(told, explained < len(found), as_json)


def _line(one: Disagreement) -> str:
    return f"{one.code} {one.what}: {one.why}." + (f" Explained: {one.explained}" if one.explained else "")


def _count(told: str, failed: bool, as_json: bool) -> None:
    if not as_json:
        out.print(told)
    if failed:
        raise typer.Exit(1)


def _bar() -> Progress:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed} records"))
    return Progress(*columns, TimeElapsedColumn(), console=err)


def _counted(rows: Iterator[Row], bar: Progress, task: object) -> Iterator[Row]:
    for row in rows:
        bar.advance(task)  # type: ignore[arg-type]  # a TaskID
        yield row


def _tell(report: Report) -> None:
    names = ("created", "changed", "unchanged", "removed", "skipped", "refused")
    out.print(", ".join(f"{len(getattr(report, name))} {name}" for name in names) + ".")
    for row in report.refused[:_LISTED]:
        out.print(f"refused, line {row.line} {row.code}: {row.reason}", markup=False)
    if len(report.refused) > _LISTED:
        out.print(f"… and {len(report.refused) - _LISTED} more.")
