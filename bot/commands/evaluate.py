"""`motcua evaluate`: how well whole turns and dialogues with known answers go."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import typer
from rich.progress import Progress

from bot import logs, settings
from bot.commands import evaluate_tables as tables
from bot.commands.console import err
from bot.engine import Engine
from bot.engine.models import Models, thresholds
from bot.errors import WrongUse
from bot.evaluation import compare, figures, run
from bot.evaluation.judge import Judged, Talked, judge, judge_dialogue
from bot.evaluation.read import Dialogue, Line, read
from bot.evaluation.report_html import page
from bot.session import Session
from bot.store import schema
from procedures.database import connect


def evaluate(
    files: list[Path] = typer.Argument(..., help='Messages {"id", "text", …} or dialogues {"id", "turns", …}.'),
    as_json: Path = typer.Option(None, "--json", help="Write all figures and every judged line here."),
    html: Path = typer.Option(None, "--html", help="Write a page with pictures here."),
    missed: bool = typer.Option(False, "--missed", help="List the messages that went wrong."),
    before: Path = typer.Option(None, "--compare", help="A file written with --json before."),
    model: Path = typer.Option(None, "--model", help="Another trained model."),
) -> None:
    """Ask as citizens would, the same turn as on every channel, and count what went right."""
    lines, dialogues = read(files)
    earlier = compare.load(before) if before else None
    chosen = _model(model)
    judged, talked = _measure(_open(chosen), run.with_stripped(lines), dialogues)
    decided_by = thresholds(chosen)
    report = figures.as_data(judged, talked, chosen.name, decided_by)
    _tell(report, earlier, missed)
    if as_json:
        _write(as_json, json.dumps(report, ensure_ascii=False, indent=1) + "\n")
    if html:
        _write(html, page(judged, talked, chosen.name, decided_by))


def _model(path: Path | None) -> Path:
    if path is not None and not path.is_file():
        raise WrongUse(f"{path}: no such file")
    return path or Models().active()


def _open(model: Path) -> Session:
    logs.configure(logging.WARNING)
    schema.check(connect(settings.load().database_url))
    with err.status("Loading the model …"):
        return Session(Engine(model))


def _measure(
    speaker: run.Speaker, lines: Iterable[Line], dialogues: Iterable[Dialogue]
) -> tuple[list[Judged], list[Talked]]:
    with Progress(console=err, transient=True) as progress:
        judged = [judge(line, run.ask(speaker, line)) for line in progress.track(list(lines), description="messages")]
        every = progress.track(list(dialogues), description="dialogues")
        return judged, [judge_dialogue(dialogue, run.talk(speaker, dialogue)) for dialogue in every]


def _tell(report: dict[str, Any], earlier: dict[str, Any] | None, missed: bool) -> None:
    if earlier is None:
        tables.write_figures(report)
    else:
        tables.write_differences(compare.differences(earlier, report))
        tables.write_flips(compare.flips(earlier, report))
    tables.write_failed(report)
    if missed:
        tables.write_missed(report)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise WrongUse(f"{path}: cannot be written: {error.strerror}") from error
