"""`motcua catalogue show`, `as-of` and `diff`: one procedure with its sources, then, now, and after an import."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import typer
from sqlalchemy.engine import Connection

from bot.commands.catalogue import print_json, reading, rows_of
from bot.commands.console import err, out
from bot.commands.notes import note_json, note_line, office_json, office_line
from bot.errors import WrongUse
from procedures import codec, history, notes, store
from procedures.compare import field_of, told
from procedures.diffing import Diff, Difference, Kind, diff
from procedures.languages import LANGUAGES, in_language
from procedures.model import Note, OfficeFacts, Origin, Procedure
from procedures.offices import OF_COMMUNE, offices
from procedures.validity import Standing, end_of, standing, successors, today

#: Procedures that would be new and are listed; the rest is counted.
_LISTED = 20
#: Fields that are no line of an answer.
_UNSHOWN = ("asked", "departures", "translations")


@dataclass(frozen=True)
class _Sheet:
    """All that is told of a procedure on a day."""

    procedure: Procedure
    standing: Standing
    instead: tuple[Procedure, ...]
    origins: Mapping[str, Origin]
    notes: Sequence[Note]
    offices: Sequence[OfficeFacts]


def show(
    code: str = typer.Argument(..., help="National code, such as 1.001193."),
    lang: str = typer.Option("", help="Another language: en or zh."),
    place: str = typer.Option("", help="Five digits of a commune: its notes and offices too."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object."),
) -> None:
    """Show a whole procedure, every field with its layer, source and date, with local notes and offices."""
    if lang not in ("", "vi", *LANGUAGES):
        raise WrongUse(f"--lang {lang}: known are vi, {', '.join(LANGUAGES)}")
    with reading().connect() as connection:
        procedure = store.load(connection, code)
        if procedure is None:
            _unknown(f"{code} is not in the catalogue. Look it up with: motcua catalogue search")
            return
        sheet = _today(connection, procedure, lang, place)
    _print(sheet, as_json)


def as_of(
    day: str = typer.Argument(..., metavar="DATE", help="A day, YYYY-MM-DD; its end in Vietnam counts."),
    code: str = typer.Argument(..., help="National code, such as 1.001193."),
    place: str = typer.Option("", help="Five digits of a commune: its notes too."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object."),
) -> None:
    """Show what a citizen would have been told of a procedure on that day."""
    when = _day(day)
    with reading().connect() as connection:
        then = history.as_of(connection, code, when)
        if then is None:
            _unknown(f"On {day} the catalogue did not know {code}.")
            return
        instead = successors(lambda other: _procedure(connection, other, when), then.procedure, when)
        local = notes.notes(connection, code, place, when, end_of(when))
    _print(_Sheet(then.procedure, then.standing, instead, then.origins, local, ()), as_json)


def compare(
    file: Path = typer.Argument(..., help="A new export of the portal."),
    data_date: str = typer.Option("", help="Month of the data, YYYY-MM, where the file does not say."),
    complete: bool = typer.Option(False, "--complete", help="The file is all there is: tell what it lacks."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a procedure."),
) -> None:
    """Show what an import would change, field by field, and which plain words and translations it makes stale."""
    rows = rows_of(file, data_date)
    with reading().connect() as connection:
        found = diff(connection, rows, source=file.name, complete=complete)
    if as_json:
        for one in found.differences:
            print_json({**asdict(one), "kind": one.kind.value})
    else:
        _print_diff(found)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongUse(f'"{text}" is no day; write it as 2026-07-01') from None


def _unknown(reason: str) -> None:
    err.print(reason, style="red", markup=False)
    raise typer.Exit(1)


def _procedure(connection: Connection, code: str, day: date) -> Procedure | None:
    then = history.as_of(connection, code, day)
    return then.procedure if then else None


def _today(connection: Connection, procedure: Procedure, language: str, place: str) -> _Sheet:
    code, day = procedure.code, today()
    kinds = {kind: place if kind in OF_COMMUNE else "" for kind in offices(procedure)}
    found = (notes.office(connection, kind, where) for kind, where in kinds.items())
    return _Sheet(
        in_language(procedure, language),
        standing(procedure, day),
        successors(lambda other: store.load(connection, other), procedure, day),
        store.origins(connection, code),
        notes.notes(connection, code, place, day),
        [facts for facts in found if facts],
    )


def _print(sheet: _Sheet, as_json: bool) -> None:
    if as_json:
        print_json(_json(sheet))
        return
    out.print(f"{sheet.procedure.code}  {sheet.standing.value}", style="bold", markup=False)
    for other in sheet.instead:
        out.print(f"in its place: {other.code}  {other.title}", markup=False)
    for path, lines in told(sheet.procedure).items():
        if field_of(path) not in _UNSHOWN:
            _print_field(path, lines, sheet.origins.get(field_of(path)))
    for line in [*map(note_line, sheet.notes), *map(office_line, sheet.offices)]:
        out.print(line, markup=False)


def _print_field(path: str, lines: Sequence[str], origin: Origin | None) -> None:
    whence = ", ".join(filter(None, (origin.layer, origin.source, origin.date))) if origin else ""
    out.print(f"{path} ({whence})" if whence else path, style="cyan", markup=False)
    for line in lines:
        out.print(f"  {line}", markup=False)


def _json(sheet: _Sheet) -> dict[str, Any]:
    return {
        "code": sheet.procedure.code,
        "standing": sheet.standing.value,
        "instead": [other.code for other in sheet.instead],
        "procedure": json.loads(codec.to_json(sheet.procedure)),
        "origins": {name: asdict(origin) for name, origin in sheet.origins.items()},
        "notes": [note_json(note) for note in sheet.notes],
        "offices": [office_json(facts) for facts in sheet.offices],
    }


def _print_diff(found: Diff) -> None:
    created = [one for one in found.differences if one.kind is Kind.CREATED]
    for one in [*created[:_LISTED], *(one for one in found.differences if one.kind is not Kind.CREATED)]:
        _print_difference(one)
    if len(created) > _LISTED:
        out.print(f"… and {len(created) - _LISTED} more that are new.")
    counts = [f"{sum(one.kind is kind for one in found.differences)} {kind.value}" for kind in Kind]
    out.print(f"{', '.join(counts)}, {found.unchanged} unchanged, {len(found.refused)} refused.")


def _print_difference(one: Difference) -> None:
    out.print(f"{one.kind.value} {one.code} {one.title} ({one.layer})", style="bold", markup=False)
    for change in one.changes:
        out.print(f"  {change.path}", style="cyan", markup=False)
        for sign, lines, others in (("-", change.old, change.new), ("+", change.new, change.old)):
            for line in lines:
                # Equal lines in another order are a change too, and are shown whole.
                if line not in others or set(lines) == set(others):
                    out.print(f"    {sign} {line}", markup=False)
    if one.stale_seed:
        out.print(f"  plain words to look at: {', '.join(one.stale_seed)}", style="yellow", markup=False)
    if one.stale_edit:
        out.print(f"  edits to look at: {', '.join(one.stale_edit)}", style="yellow", markup=False)
    for language, texts in one.stale_translations.items():
        out.print(f"  {language}: {len(texts)} translations to look at", style="yellow", markup=False)
