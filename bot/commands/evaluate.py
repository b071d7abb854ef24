"""`motcua evaluate`: whole turns and dialogues with known answers, as on every channel; two models side by side."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from pathlib import Path

import typer
from rich.box import SIMPLE
from rich.progress import track
from rich.table import Table

from bot import logs
from bot import settings as settings_module
from bot.commands.console import err, out
from bot.engine import Engine, training
from bot.errors import WrongUse
from bot.evaluation import compare, figures
from bot.evaluation.judge import FAULTS, MEASURES, Judged, Talked, judge, judge_dialogue
from bot.evaluation.read import read
from bot.evaluation.run import Speaker, ask, talk, with_stripped
from bot.session import Session

#: Characters of a table; a pipe has no width of its own.
_WIDE = 120
_COLUMNS = {"measure": 54, "group": 24, "n": 5, "share": 5}


def evaluate(
    files: list[Path] = typer.Argument(..., help="Lines of messages or dialogues: tests/questions/README.md."),
    keep: Path = typer.Option(None, "--json", help="Write all figures and every judged line to this file."),
    before: Path = typer.Option(None, "--compare", help="A file written by --json: the difference, and what flipped."),
    model: Path = typer.Option(None, "--model", help="Another trained model; default: that of the present data."),
    missed: bool = typer.Option(False, "--missed", help="List what went wrong."),
) -> None:
    """Ask messages and hold dialogues with known answers: what is right, by language and style."""
    if model is not None and not model.is_file():
        raise WrongUse(f"{model}: no such file")
    lines, dialogues = read(files)
    old = compare.load(before) if before else None
    chosen = model or training.trained_model()
    session = _open(chosen)
    shown = track(with_stripped(lines), "messages", console=err, transient=True)
    judged = [judge(line, ask(session, line)) for line in shown]
    held = track(dialogues, "dialogues", console=err, transient=True)
    talked = [judge_dialogue(one, talk(session, one)) for one in held]
    report = figures.as_data(judged, talked, chosen.name)
    out.print(_table(judged, talked), width=_WIDE, crop=False)
    if missed:
        _list(judged, talked)
    if old is not None:
        _compare(old, report)
    if keep:
        keep.write_text(json.dumps(report, ensure_ascii=False, indent=1), "utf-8")


def _open(model: Path) -> Speaker:
    logs.configure(logging.WARNING)
    settings_module.load()
    with err.status(f"Loading {model.name} …"):
        return Session(Engine(model))


def _table(judged: Sequence[Judged], talked: Sequence[Talked]) -> Table:
    took = figures.times(judged, talked)
    table = Table(title=f"{took.count} answers, p50 {took.p50:.1f} ms, p95 {took.p95:.1f} ms", box=SIMPLE)
    for name, width in _COLUMNS.items():
        table.add_column(name, min_width=width, no_wrap=True)
    for one in figures.figures(judged, talked):
        told = MEASURES[one.measure] + (" (less is better)" if one.measure in FAULTS else "")
        table.add_row(told, one.group, str(one.count), f"{one.share:.3f}")
    return table


def _list(judged: Sequence[Judged], talked: Sequence[Talked]) -> None:
    for one in judged:
        if one.faults:
            out.print(f"{one.line.id} [{', '.join(one.faults)}] {one.line.text[:120]}", markup=False)
    for dialogue in talked:
        if dialogue.failure:
            told = dialogue.failure
            out.print(
                f"{dialogue.dialogue.id} turn {told.turn} {told.text[:80]}: {told.wanted} ≠ {told.got}", markup=False
            )


def _compare(old: compare.Report, now: compare.Report) -> None:
    for one in compare.differences(old, now):
        shares = " → ".join("–" if share is None else f"{share:.3f}" for share in (one.before, one.now))
        out.print(f"{MEASURES[one.measure]}, {one.group}: {shares}", markup=False)
    for flip in compare.flips(old, now):
        sign = "+" if flip.better else "−"
        out.print(f"{sign} {flip.id} [{flip.measure}] {flip.text[:90]}: {flip.before} → {flip.now}", markup=False)
