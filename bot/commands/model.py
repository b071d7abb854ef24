"""Training, and which of the trained models answers."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from pathlib import Path

import typer
from rich.box import SIMPLE
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from sqlalchemy.exc import SQLAlchemyError

from bot import logs, settings
from bot.commands import shell, training_run
from bot.commands.console import err, out
from bot.console.training import examples
from bot.engine import fitting, training
from bot.engine.models import Models
from bot.engine.own import Own, told
from bot.errors import ModelMissing, SchemaOutdated
from bot.store import schema
from procedures.database import connect, exists

app = typer.Typer(no_args_is_help=True)
app.command("run", hidden=True)(training_run.run)
_MEGABYTE = 1_000_000


def train(
    if_missing: bool = typer.Option(False, "--if-missing", help="Do nothing where the present data is trained."),
    only_check: bool = typer.Option(False, "--check", help="Only look for slips in the training files."),
) -> None:
    """Train the model from nlu/ and the console's sentences, and let it answer. A running service takes it up."""
    there = _there() if if_missing else None
    if there is not None:
        out.print(f"Model is there: {there.name}")
        return
    own = _own()
    if only_check:
        training.check(own)
        out.print("No slips.")
        return
    logs.configure(logging.WARNING)
    started = time.perf_counter()
    path = _train(_learnable(own))
    seconds = time.perf_counter() - started
    models = Models()
    models.activate(path.name.removesuffix(".tar.gz"))
    out.print(f"Model trained: {path.name}, in {seconds:.0f} s")
    for name in models.prune():
        out.print(f"Deleted, being old: {name}")


def _there() -> Path | None:
    """A model of the present data, with sentences of the province or without: new ones wait for somebody's yes."""
    try:
        return training.trained_model()
    except ModelMissing:
        return None


def _own() -> tuple[Own, ...]:
    """The province's sentences; none where there is no database yet."""
    url = settings.load().database_url
    if not exists(url):
        return ()
    try:
        database = connect(url)
        schema.check(database)
        with database.connect() as connection:
            return examples(connection)
    except SchemaOutdated:
        return ()
    except SQLAlchemyError as error:
        err.print(f"Without the province's own examples: the database cannot be read ({type(error).__name__}).")
        return ()


def _learnable(own: Sequence[Own]) -> tuple[Own, ...]:
    """Without sentences that would not train: a service must start though somebody has typed one."""
    slips = [slip for one in training.slips(own) if (slip := told(one, own)) is not None] if own else []
    for slip in slips:
        err.print(f"Left out, sentence {slip.id} of the console, {slip.intent}: {slip.what} {slip.other}", markup=False)
    bad = {slip.id for slip in slips}
    return tuple(one for one in own if one.id not in bad)


def _train(own: Sequence[Own]) -> Path:
    shown = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    with Progress(*shown, TimeElapsedColumn(), console=err, transient=True) as progress:
        task = progress.add_task("", total=len(training.STEPS), completed=-1)

        def tell(step: str) -> None:
            progress.update(task, advance=1, description=step)

        return training.train(tell, own)


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
    models = Models()
    _check(models, name)
    models.activate(name)
    shell.done_if_there("model use", name)
    out.print(f"Answers now: {name}")


@app.command()
def rollback() -> None:
    """Let the model answer that did before."""
    models = Models()
    _check(models, models.before())
    path = models.roll_back()
    shell.done_if_there("model rollback", path.name.removesuffix(".tar.gz"))
    out.print(f"Answers now: {path.name.removesuffix('.tar.gz')}")


def _check(models: Models, name: str) -> None:
    """Raises ModelUnfit; a model that is not there is told by whoever looks for it."""
    path = models.path(name)
    if path.exists():
        fitting.check(path)
