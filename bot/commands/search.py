"""`motcua catalogue search`: what a citizen's words find, and why."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

import typer
from rich.table import Table

from bot import settings
from bot.commands.console import out
from bot.errors import WrongUse
from bot.store import schema
from procedures.catalogue import Catalogue, View
from procedures.database import connect
from procedures.model import Level
from procedures.search import Explained, Only


def search(
    text: str = typer.Argument(..., help="What a citizen might type."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a procedure."),
    explain: bool = typer.Option(
        False, "--explain", help="Which name came nearest, which words matched, what each stage scored."
    ),
    level: str = typer.Option("", help="Only procedures of this level: commune, province, ministry, other."),
    applicant: str = typer.Option("", help="Only procedures for applicants whose name holds these words."),
    limit: int = typer.Option(5, min=1, max=50, help="Procedures shown."),
) -> None:
    """Find procedures by a citizen's words."""
    known = [one.value for one in Level]
    if level and level not in known:
        raise WrongUse(f"--level {level}: known are {', '.join(known)}")
    database = connect(settings.load().database_url)
    schema.check(database)
    view = Catalogue(database).view()
    found = view.explain(text, limit, Only(level, applicant))
    if as_json:
        sys.stdout.writelines(f"{_json(view, text, one, explain)}\n" for one in found)
    elif explain:
        out.print(_table(view, text, found))
    else:
        for one in found:
            out.print(f"{one.hit.score:.2f}  {one.hit.code}  {_title(view, one)}", markup=False)
    if not as_json:
        out.print(f"→ {view.decide(text).verdict.value}" if found else "Nothing found.")


def _title(view: View, one: Explained) -> str:
    procedure = view.by_code(one.hit.code)
    return procedure.title if procedure else ""


def _json(view: View, text: str, one: Explained, explain: bool) -> str:
    told = {"code": one.hit.code, "score": one.hit.score, "title": _title(view, one)}
    reasons = {"name": one.name, "matched": view.matched(text, one.hit.code), "stages": one.features} if explain else {}
    return json.dumps({**told, **reasons}, ensure_ascii=False)


def _table(view: View, text: str, found: Sequence[Explained]) -> Table:
    """A column for each procedure, a row for each stage."""
    table = Table("", *(one.hit.code for one in found))
    table.add_row("score", *(f"{one.hit.score:.3f}" for one in found))
    table.add_row("nearest name", *(one.name for one in found))
    matched = [view.matched(text, one.hit.code) for one in found]
    for field in ("names", "asked", "body"):
        table.add_row(f"in {field}", *(" ".join(words[field]) for words in matched))
    table.add_row("confidence", *(f"{one.confidence:.3f}" if one.confidence else "" for one in found))
    for stage in found[0].features if found else ():
        table.add_row(stage, *(f"{one.features.get(stage, 0):.3f}" for one in found))
    return table
