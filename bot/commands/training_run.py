"""The process of one training: started by the console's trainer, gone with it."""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import typer
from sqlalchemy.engine import Engine as Database
from sqlalchemy.engine import Row

from bot import logs, settings
from bot.console import lease
from bot.console import training as trainings
from bot.console.attempt import Attempt
from bot.engine import Engine, training
from bot.engine.models import Models
from bot.engine.own import Own
from bot.evaluation import fixed
from bot.evaluation.fixed import Listener, Report
from bot.evaluation.read import Line
from bot.session import Session
from bot.store import schema
from procedures.database import connect

#: How much it gives way to those who answer.
_GIVES_WAY = 10
_DAY = 86400


def run(
    id_: int = typer.Argument(..., metavar="ID"),
    leashed: bool = typer.Option(False, "--leashed", help="End when standard input ends."),
) -> None:
    """Train and measure what the console has asked for."""
    logs.configure(logging.WARNING)
    with contextlib.suppress(OSError):
        os.nice(_GIVES_WAY)
    database = connect(settings.load().database_url)
    schema.check(database)
    if leashed:
        threading.Thread(target=_until_let_go, args=(database, id_), daemon=True).start()
    attempt = Attempt(database, Models(), _train, _measuring(database))
    # Learning cannot be interrupted otherwise.
    attempt.run(id_, lost=lambda: os._exit(0))


def _train(tell: Callable[[str], None], own: Sequence[Own]) -> Path:
    with _scratch():
        return training.train(tell, own)


@contextlib.contextmanager
def _scratch() -> Iterator[None]:
    """Everything temporary lies in one place, which whoever comes next clears: a training may be ended at any line."""
    for left in training.MODELS.glob(f"{training.UNFINISHED}*"):
        if time.time() - left.stat().st_mtime > _DAY:
            shutil.rmtree(left, ignore_errors=True)
    folder, before = training.MODELS / "scratch", tempfile.tempdir
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    tempfile.tempdir = str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before
        shutil.rmtree(folder, ignore_errors=True)


def _measuring(database: Database) -> Callable[[Path, Listener], Report]:
    with database.connect() as connection:
        own = [_line(row) for row in trainings.questions(connection)]
    lines, dialogues = fixed.sets()

    def measure(model: Path, tell: Listener) -> Report:
        gc.collect()
        return fixed.measure(Session(Engine(model)), [*lines, *own], dialogues, tell)

    return measure


def _line(row: Row) -> Line:
    return fixed.own(row.id, row.text, row.language, row.code, row.aspect)


def _until_let_go(database: Database, id_: int) -> None:
    """Whoever started us is gone: the next one begins again at once."""
    while os.read(0, 1024):
        pass
    with contextlib.suppress(Exception), database.begin() as connection:
        lease.let_go(connection, id_, died=False)
    os._exit(0)
