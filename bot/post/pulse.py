"""Which workers live: each says so every few seconds, so that pages can tell whether anybody will answer."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable

import structlog
from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Engine

from bot.conversation.answer import Readiness
from bot.post.clock import ago, now
from bot.store.tables import worker

log = structlog.get_logger()

#: Seconds between two signs of life, and after which a worker is taken for dead.
_EVERY, _DEAD_AFTER = 3.0, 15.0
#: Seconds that pages wait for the first sign of a worker before they say that something is wrong.
_FIRST_SIGN = 60.0
#: Seconds for which an answer is good.
_KNOWN_FOR = 0.5


class Pulse:
    """The signs of life of this process."""

    def __init__(self, engine: Engine, readiness: Callable[[], Readiness]) -> None:
        self._engine, self._readiness = engine, readiness
        self._name = f"{host()}:{os.getpid()}"
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)

    def start(self) -> None:
        """The first sign is given before this returns."""
        self._beat()
        self._thread.start()

    def stop(self) -> None:
        """Says good-bye, so that nobody waits for us."""
        self._stopping.set()
        self._thread.join()
        with self._engine.begin() as connection:
            connection.execute(delete(worker).where(worker.c.name == self._name))

    def _run(self) -> None:
        told = self._readiness()
        while not self._stopping.wait(0.2):
            due = time.monotonic() + _EVERY
            while self._readiness() is told and time.monotonic() < due and not self._stopping.wait(0.2):
                pass
            told = self._readiness()
            try:
                self._beat()
            except Exception as error:
                log.error("pulse_failed", error=type(error).__name__)

    def _beat(self) -> None:
        values = {"readiness": self._readiness().value, "seen_at": now()}
        with self._engine.begin() as connection:
            if not connection.execute(update(worker).where(worker.c.name == self._name).values(values)).rowcount:
                connection.execute(insert(worker).values(name=self._name, **values))
            connection.execute(delete(worker).where(worker.c.seen_at < ago(_DEAD_AFTER)))


class Workers:
    """What the workers of other processes say of themselves."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(motcua_read=True)
        self._since = time.monotonic()
        self._known: tuple[float, str] = (0.0, "")

    def readiness(self) -> str:
        """Ready where one is; starting where one will be; failed where nobody answers."""
        at, told = self._known
        if not told or time.monotonic() > at + _KNOWN_FOR:
            told = self._look()
            self._known = (time.monotonic(), told)
        return told

    def _look(self) -> str:
        # A sign from the future is one of before the clock was set back.
        lately = worker.c.seen_at.between(ago(_DEAD_AFTER), ago(-_DEAD_AFTER))
        alive = select(worker.c.name, worker.c.readiness).where(lately)
        with self._engine.connect() as connection:
            found = {row.readiness for row in connection.execute(alive) if lives(row.name)}
        for told in (Readiness.READY, Readiness.STARTING):
            if told.value in found:
                return str(told.value)
        young = time.monotonic() < self._since + _FIRST_SIGN
        return str((Readiness.STARTING if young and not found else Readiness.FAILED).value)


def host() -> str:
    """This machine's name."""
    return socket.gethostname()[:40]


def lives(name: str) -> bool:
    """False for a process HOST:PID of this machine that is gone; of others only their silence tells."""
    machine, _, pid = name.rpartition(":")
    if machine != host():
        return True
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, PermissionError) as error:
        return isinstance(error, PermissionError)
    return True
