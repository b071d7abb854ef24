"""Training, and which of the trained models answers."""

from __future__ import annotations

import logging
import time
from pathlib import Path

import typer
from rich.box import SIMPLE
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from bot import logs
from bot.commands.console import err, out
from bot.engine import training
from bot.engine.models import Models

app = typer.Typer(no_args_is_help=True)
_MEGABYTE = 1_000_000


def train(
    if_missing: bool = typer.Option(False, "--if-missing", help="Do nothing where the present data is trained."),
    only_check: bool = typer.Option(False, "--check", help="Only look for slips in the training files."),
) -> None:
    """Train the model from nlu/, under a minute, and let it answer. A service that runs takes it up by itself."""
    if if_missing and training.model_path().exists():
        out.print(f"Model is there: {training.model_path().name}")
        return
    if only_check:
        training.check()
        out.print("No slips.")
        return
    logs.configure(logging.WARNING)
    started = time.perf_counter()
    path = _train()
    seconds = time.perf_counter() - started
    models = Models()
    models.activate(path.name.removesuffix(".tar.gz"))
    out.print(f"Model trained: {path.name}, in {seconds:.0f} s")
    for name in models.prune():
        out.print(f"Deleted, being old: {name}")


def _train() -> Path:
    shown = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    with Progress(*shown, TimeElapsedColumn(), console=err, transient=True) as progress:
        task = progress.add_task("", total=len(training.STEPS), completed=-1)

        def tell(step: str) -> None:
            progress.update(task, advance=1, description=step)

        return training.train(tell)


@app.command("list")
def list_() -> None:
    """The trained models, the latest first."""
    table = Table("model", "trained (UTC)", "MB", "answers", "of the present data", box=SIMPLE)
    for one in Models().listed():
        row = (one.name, f"{one.trained_at:%Y-%m-%d %H:%M}", f"{one.size / _MEGABYTE:.1f}")
        table.add_row(*row, "●" if one.active else "", "●" if one.present else "")
    out.print(table)


@app.command()
def use(name: str = typer.Argument(..., help="As in: motcua model list")) -> None:
    """Let another model answer, in a running service within some seconds."""
    Models().activate(name)
    out.print(f"Answers now: {name}")


@app.command()
def rollback() -> None:
    """Let the model answer that did before."""
    path = Models().roll_back()
    out.print(f"Answers now: {path.name.removesuffix('.tar.gz')}")
