"""`motcua catalogue evaluate`: how often search alone finds the right procedure."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import typer
from rich.box import SIMPLE
from rich.progress import track
from rich.table import Table

from bot import settings
from bot.commands.console import err, out
from bot.errors import WrongUse
from bot.store import schema
from procedures import evaluation
from procedures.catalogue import Catalogue, View, file_view
from procedures.database import connect
from procedures.evaluation import Judged, Line
from procedures.questions import Question, read_questions, with_stripped

#: Characters of a table; a pipe has no width of its own.
_WIDE, _STYLE, _FIGURE = 140, 24, 5
_COLUMNS = ("right", "offered", "wrong", "misled", "unsure")


def evaluate(
    files: list[Path] = typer.Argument(..., help="Lines {id, text, language, style, codes}."),
    records: Path = typer.Option(
        None, "--catalogue", help="Portal records to load over the seeds; default: the database."
    ),
    texts: Path = typer.Option(None, "--texts", help="Where label files ({row, sha, codes}) take their texts from."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a line of the tables."),
    missed: bool = typer.Option(False, "--missed", help="List the questions whose answer was not found first."),
) -> None:
    """Ask questions with known answers: Hit@1, Hit@3, MRR and what a citizen gets, per language and style."""
    absent = [file for file in files if not file.is_file()]
    if absent:
        raise WrongUse(f"{absent[0]}: no such file")
    questions = with_stripped(question for file in files for question in read_questions(file, texts))
    whole = file_view(records) if records else _database_view()
    for scope, view in (("everyday", whole.everyday()), ("whole", whole)):
        judged = [evaluation.judge(question, view.search) for question in _known(questions, view, scope)]
        lines = evaluation.lines(judged)
        _write_json(scope, lines) if as_json else _write(f"{scope} catalogue, {len(view)} procedures", lines, judged)
        if missed:
            _list(judged)


def _database_view() -> View:
    database = connect(settings.load().database_url)
    schema.check(database)
    return Catalogue(database).view()


def _known(questions: Sequence[Question], view: View, scope: str) -> list[Question]:
    """Questions that this catalogue can answer, or that none can."""
    kept = [q for q in questions if not q.codes or any(view.knows(code) for code in q.codes)]
    return list(track(kept, f"{scope}: {len(kept)} questions", console=err, transient=True))


def _write(title: str, lines: Sequence[Line], judged: Sequence[Judged]) -> None:
    table = Table(title=title, box=SIMPLE)
    for name in ("language", "style", "n", "Hit@1", "Hit@3", "MRR", *_COLUMNS):
        table.add_column(name, min_width=_STYLE if name == "style" else max(len(name), _FIGURE), no_wrap=True)
    for line in lines:
        shares = (line.hit1, line.hit3, line.mrr, *(getattr(line, name) for name in _COLUMNS))
        table.add_row(line.language, line.style, str(line.count), *(f"{share:.3f}" for share in shares))
    out.print(table, width=_WIDE, crop=False)
    times = sorted(one.ms for one in judged)
    out.print(
        f"without accents Hit@1 falls by {evaluation.drop(judged):.1f} points; "
        f"p50 {times[len(times) // 2]:.1f} ms, p99 {times[int(len(times) * 0.99)]:.1f} ms"
    )


def _write_json(scope: str, lines: Sequence[Line]) -> None:
    for line in lines:
        sys.stdout.write(json.dumps({"catalogue": scope, **asdict(line)}, ensure_ascii=False) + "\n")


def _list(judged: Sequence[Judged]) -> None:
    for one in judged:
        if one.rank != 1:
            place = str(one.rank) if one.rank else "–"
            out.print(
                f"{place:>3} {one.question.id} {one.question.text[:120]} → {', '.join(one.found[:3])}", markup=False
            )
