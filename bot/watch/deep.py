"""Whether everything is as it should be, looked at in earnest: for whoever was woken, and for the doctor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from pathlib import Path
from threading import Thread
from typing import TypeVar

from sqlalchemy.engine import Engine

from bot.conversation.answer import Readiness
from bot.post.clock import now
from bot.store import schema
from bot.watch import figures, places, signs
from bot.watch.figures import Figures

#: Seconds that a look at the database may take; one that writes waits for whoever writes.
PATIENCE = 5.0
#: Seconds after which something waits too long: a message, a letter, the keeper's next look.
_MESSAGE, _LETTER, _KEEPER = 120.0, 600.0, 300.0
#: Shares of the disk that are little, and too little.
_LITTLE, _TOO_LITTLE = 0.10, 0.02
_TOKEN_SOON, _BACKUP_OLD, _CLOCK = timedelta(days=3), timedelta(hours=26), 60.0


class Level(str, Enum):
    """How a part stands: the worst of all is how the service stands."""

    OK = "ok"
    #: Citizens are served; somebody should look today.
    DEGRADED = "degraded"
    #: Citizens are not served.
    FAILED = "failed"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at. `told` holds numbers and names of ours."""

    name: str
    level: Level
    told: str = ""


Checks = Iterator[Check]
T = TypeVar("T")


class Deep:
    """All checks."""

    def __init__(
        self, database: Engine, var: Path, media: Path, readiness: Callable[[], str], model: Callable[[], str]
    ) -> None:
        """`model` names the one that answers, and raises where there is none."""
        self._database, self._var, self._media = database, var, media
        self._reading = database.execution_options(motcua_read=True)
        self._readiness, self._model = readiness, model

    def look(self) -> list[Check]:
        """Takes some milliseconds; PATIENCE for each part of a database that does not answer."""
        return [*self._kept(), self._engine(), self._which_model(), *self._disks(), self._backup()]

    def _kept(self) -> Checks:
        found = _within(PATIENCE, self._read)
        if isinstance(found, str):
            yield Check("database", Level.FAILED, found)
            return
        written = _within(PATIENCE, self._write)
        yield Check("database", Level.FAILED if written else Level.OK, written or "")
        yield self._schema()
        yield from _judged(found)

    def _read(self) -> Figures:
        with self._reading.connect() as connection:
            return figures.read(connection)

    def _write(self) -> str:
        signs.give(self._database, "health")
        return ""

    def _schema(self) -> Check:
        found, wanted = schema.found(self._database), schema.wanted()
        return Check("schema", Level.OK if schema.fits(self._database) else Level.FAILED, f"{found}, wanted {wanted}")

    def _engine(self) -> Check:
        try:
            told = self._readiness()
        except Exception as error:
            told = type(error).__name__
        levels = {Readiness.READY.value: Level.OK, Readiness.STARTING.value: Level.DEGRADED}
        return Check("engine", levels.get(told, Level.FAILED), told)

    def _which_model(self) -> Check:
        try:
            return Check("model", Level.OK, self._model())
        except Exception as error:
            return Check("model", Level.FAILED, type(error).__name__)

    def _disks(self) -> Checks:
        for name, folder in (("var", self._var), ("media", self._media)):
            share, left = places.disk_free(folder)
            level = Level.FAILED if share < _TOO_LITTLE else Level.DEGRADED if share < _LITTLE else Level.OK
            yield Check(f"disk {name}", level, f"{share:.0%} free, {left // 1024**2} MiB")

    def _backup(self) -> Check:
        last = places.last_backup(self._var / "backups")
        if last is None:
            return Check("backup", Level.DEGRADED, "none yet: motcua backup")
        old = now() - last.at > _BACKUP_OLD
        return Check("backup", Level.DEGRADED if old else Level.OK, f"{_spelled(now() - last.at)} old")


def _judged(found: Figures) -> Checks:
    yield _waits("inbox", found.inbox_oldest, _MESSAGE, f"{found.inbox_waiting} waiting")
    for channel, age in sorted(found.outbox_oldest.items()):
        yield _waits(f"outbox {channel}", age, _LETTER, "the oldest letter")
    for channel, reason in sorted(found.paused.items()):
        yield Check(f"channel {channel}", Level.DEGRADED, f"sends nothing: {reason}")
    for channel, left in sorted(found.tokens.items()):
        level = Level.OK if left > _TOKEN_SOON.total_seconds() else Level.DEGRADED
        yield Check(f"token {channel}", level, f"ends in {_spelled(timedelta(seconds=max(0.0, left)))}")
    yield _waits("clock", found.ahead, _CLOCK, "the newest message lies ahead")
    keeper, audit = found.signs.get(signs.KEEPER), found.signs.get(signs.AUDIT)
    if keeper is not None:
        yield _waits("keeper", (now() - keeper.at).total_seconds(), _KEEPER, "since its last look")
    if audit is not None:
        yield Check("audit", Level.OK if audit.data.get("whole") else Level.DEGRADED, f"verified {audit.at:%Y-%m-%d}")


def worst(checks: list[Check]) -> Level:
    """How the service stands."""
    levels = [check.level for check in checks]
    return next((level for level in (Level.FAILED, Level.DEGRADED) if level in levels), Level.OK)


def _waits(name: str, seconds: float, most: float, told: str) -> Check:
    level = Level.DEGRADED if seconds > most else Level.OK
    return Check(name, level, f"{told}, {_spelled(timedelta(seconds=seconds))}")


def _spelled(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    return f"{span.total_seconds():.0f} s" if hours < 1 else f"{hours:.0f} h" if hours < 72 else f"{hours / 24:.0f} d"


def _within(seconds: float, do: Callable[[], T]) -> T | str:
    """What it gives back, or in a word what is wrong. A database that hangs must not hang whoever asks."""
    future: Future[T | str] = Future()

    def run() -> None:
        try:
            future.set_result(do())
        except Exception as error:
            future.set_result(type(error).__name__)

    Thread(target=run, name="health", daemon=True).start()
    try:
        return future.result(seconds)
    except TookTooLong:
        return f"no answer within {seconds:.0f} s"
