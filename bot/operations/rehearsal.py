"""A rehearsal of an upgrade: on a copy of the database, with a handful of questions; the real one is only read."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.engine import fitting
from bot.engine.models import Models
from bot.errors import ModelMissing, OperationFailed
from bot.operations import postgresql, snapshot
from bot.operations.archive import SQLITE as FILE
from bot.operations.archive import Tell, silent
from bot.operations.migrating import migrate
from bot.operations.place import POSTGRESQL, Place
from procedures.database import connect

#: Lines {"id": …, "text": …, "code": … or ""}.
QUESTIONS = Path(__file__).with_name("rehearsal.jsonl")
#: Asks the real bot over a database, and tells what came of each question. Raises OperationFailed.
Ask = Callable[[str], list[dict[str, Any]]]
#: Seconds after which the bot is taken for stuck: import, model, index, questions.
_PATIENCE = 300


@dataclass
class Rehearsal:
    """How it went. `troubles`: why the real upgrade is not safe."""

    before: str = ""
    after: str = ""
    #: Step → seconds.
    seconds: dict[str, float] = field(default_factory=dict)
    #: Bytes that the real one takes on the disk, and that are free.
    needed: int = 0
    free: int = 0
    asked: int = 0
    troubles: list[str] = field(default_factory=list)

    @contextlib.contextmanager
    def timed(self, step: str, tell: Tell) -> Iterator[None]:
        """One step."""
        tell(step, len(self.seconds) / 4)
        started = time.perf_counter()
        yield
        self.seconds[step] = round(time.perf_counter() - started, 2)


def rehearse(place: Place, ask: Ask | None = None, tell: Tell = silent) -> Rehearsal:
    """Copies, migrates the copy, looks at what came of it. Raises OperationFailed where no copy can be made."""
    done = Rehearsal(free=place.free())
    try:
        with _copy(place, done, tell) as (url, before):
            done.before = before.schema
            try_out(url, before.rows, done, ask or asked, tell)
    except OSError as error:
        raise OperationFailed(f"No copy could be made: {error.strerror or error}. Nothing was changed") from error
    if done.needed > done.free:
        done.troubles.append(f"{done.needed // 1_000_000} MB are needed, and {done.free // 1_000_000} MB are free")
    return done


def try_out(url: str, before: Mapping[str, int], done: Rehearsal, ask: Ask, tell: Tell) -> None:
    """Migrates a database, and finds what is wrong with it then."""
    database = connect(url)
    try:
        with done.timed("migrate", tell):
            migrate(database)
        with database.execution_options(motcua_read=True).connect() as connection:
            found = snapshot.describe(connection)
        done.after = found.schema
        done.troubles += [
            f"{name} lost rows: {rows}, then {found.rows.get(name, 0)}"
            for name, rows in before.items()
            if found.rows.get(name, 0) < rows and name not in _COME_AND_GO
        ]
        done.troubles += _loose(database)
    except (SQLAlchemyError, ArithmeticError, LookupError, ValueError) as error:
        done.troubles.append(f"The migration failed: {type(error).__name__}")
        return
    finally:
        database.dispose()
    _answers(url, done, ask, tell)


#: Tables of what lives for a moment.
_COME_AND_GO = frozenset(("worker", "lease"))


def _loose(database: Engine) -> list[str]:
    """Rows that name others which are not there; PostgreSQL never lets that happen."""
    if database.dialect.name != "sqlite":
        return []
    with database.execution_options(motcua_read=True).connect() as connection:
        tables = {row[0] for row in connection.exec_driver_sql("PRAGMA foreign_key_check")}
    return [f"{name} names rows that are not there" for name in sorted(tables)]


def _answers(url: str, done: Rehearsal, ask: Ask, tell: Tell) -> None:
    try:
        path = Models().active()
    except ModelMissing:
        done.troubles.append("There is no model. Run: motcua train")
        return
    wrong = fitting.misfits(path)
    if wrong:
        done.troubles.append(f"The model does not fit this program ({wrong[0]}). Run: motcua train")
        return
    wanted = {one["id"]: one["code"] for one in map(json.loads, QUESTIONS.read_text("utf-8").splitlines())}
    try:
        with done.timed("questions", tell):
            turns = {turn["id"]: turn for turn in ask(url)}
    except OperationFailed as error:
        done.troubles.append(str(error))
        return
    done.asked = len(turns)
    done.troubles += [why for id_, code in wanted.items() if (why := _wrong(id_, code, turns.get(id_)))]


def _wrong(id_: str, code: str, turn: Mapping[str, Any] | None) -> str:
    """Why an answer is not as it should be; empty where it is."""
    if turn is None or not turn["replies"] or turn["outcome"] == "error":
        return f'The question "{id_}" of the rehearsal is not answered'
    if code and code not in [one["code"] for one in turn["procedures"]]:
        return f'The question "{id_}" of the rehearsal does not find {code}'
    return ""


def asked(url: str) -> list[dict[str, Any]]:
    """In a process of its own: a model that does not load, or takes all memory, ends that one. Leaves no trace."""
    command = [sys.executable, "-m", "bot", "ask", "--json", "--batch", str(QUESTIONS)]
    environment = {**os.environ, "MOTCUA_DATABASE_URL": url}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=_PATIENCE)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise OperationFailed("The bot did not answer") from error
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [""])[-1]
        raise OperationFailed(f"The bot does not start: {last[:200]}")
    return [json.loads(line) for line in done.stdout.splitlines()]


@contextlib.contextmanager
def _copy(place: Place, done: Rehearsal, tell: Tell) -> Iterator[tuple[str, snapshot.Described]]:
    place.var.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".rehearsal-", dir=place.var) as name:
        file = Path(name) / FILE
        with done.timed("copy", tell):
            before = snapshot.take(place, file)
        media = sum(path.stat().st_size for path in place.media.rglob("*") if path.is_file())
        # The backup with its copy of the database beside it, and what a migration may add.
        done.needed = 3 * file.stat().st_size + media
        if place.kind != POSTGRESQL:
            yield f"sqlite:///{file}", before
            return
        with _scratch(place.database_url) as url:
            postgresql.load(url, file)
            yield url, before


@contextlib.contextmanager
def _scratch(url: str) -> Iterator[str]:
    """A database beside ours that is gone afterwards."""
    name = f"motcua_rehearsal_{secrets.token_hex(4)}"
    engine = create_engine(url, future=True, isolation_level="AUTOCOMMIT", hide_parameters=True)
    try:
        with engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE template0'))
        try:
            yield make_url(url).set(database=name).render_as_string(hide_password=False)
        finally:
            with engine.connect() as connection:
                connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    except SQLAlchemyError as error:
        mend = 'sudo -u postgres psql -c "ALTER ROLE motcua CREATEDB"'
        raise OperationFailed(f"No database can be made beside ours to rehearse in. Run: {mend}") from error
    finally:
        engine.dispose()
