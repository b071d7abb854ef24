"""Carries hints between processes on any number of machines that share one PostgreSQL: NOTIFY and LISTEN.

A hint that is lost costs a second. Whoever tells one never waits for the network: a thread of its own sends them.
"""

from __future__ import annotations

import contextlib
import queue
import secrets
import select
import threading
from collections.abc import Sequence
from typing import Any

import structlog
from sqlalchemy.engine import make_url

from bot.post.wake import Wake

log = structlog.get_logger()

_CHANNEL = "motcua"
#: Seconds between two tries to reach the database again; that the threads are given to end.
_AGAIN, _END = 1.0, 3.0
#: Hints that wait while the database is away; more are dropped, for everybody looks by themselves then.
_MOST = 1000


class PostgresRelay:
    """Between the wakes of all processes with one database. `start` and `stop` are bot.post.relay.Relay's."""

    def __init__(self, wake: Wake, database_url: str) -> None:
        self._wake = wake
        # As libpq reads it: without the name of SQLAlchemy's driver.
        self._address = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._name = secrets.token_hex(4)
        self._stopping = threading.Event()
        self._told: queue.Queue[str] = queue.Queue(_MOST)
        self._listening = threading.Event()
        threads = (self._listen, self._send)
        self._threads = [threading.Thread(target=self._forever, args=(one,), daemon=True) for one in threads]

    def start(self) -> None:
        """Listens, and tells others from now on."""
        for thread in self._threads:
            thread.start()
        self._wake.relay = self._tell

    def stop(self) -> None:
        """Nobody is told any more."""
        self._wake.relay = None
        self._stopping.set()
        self._tell([""])
        for thread in self._threads:
            thread.join(_END)

    def listens(self, seconds: float) -> bool:
        """Waits until hints of others arrive here; False where they do not within so many seconds."""
        return self._listening.wait(seconds)

    def _tell(self, topics: Sequence[str]) -> None:
        with contextlib.suppress(queue.Full):
            for topic in topics:
                self._told.put_nowait(topic)

    def _forever(self, part: Any) -> None:
        """A part, and once more whenever the database was away."""
        while not self._stopping.is_set():
            self._once(part)

    def _once(self, part: Any) -> None:
        try:
            with contextlib.closing(_connected(self._address)) as connection:
                part(connection)
        except Exception as error:
            self._listening.clear()
            log.warning("relay_failed", error=type(error).__name__)
            self._stopping.wait(_AGAIN)

    def _listen(self, connection: Any) -> None:
        connection.cursor().execute(f"LISTEN {_CHANNEL}")
        self._listening.set()
        while not self._stopping.is_set():
            # Looks up now and then, for an end of ours makes no noise there.
            if select.select([connection], [], [], 0.5)[0]:
                connection.poll()
            for hint in _taken(connection.notifies):
                self._heard(hint.payload)

    def _heard(self, hint: str) -> None:
        name, _, topic = hint.partition(" ")
        if name != self._name:
            self._wake.notify_here(topic)

    def _send(self, connection: Any) -> None:
        while not self._stopping.is_set():
            # What is told many times at once is sent once.
            topics = dict.fromkeys([self._told.get(), *_waiting(self._told)])
            hints = [f"{self._name} {topic}" for topic in topics if topic]
            connection.cursor().execute("SELECT pg_notify(%s, hint) FROM unnest(%s) AS hint", (_CHANNEL, hints))


def _connected(address: str) -> Any:
    import psycopg2

    connection = psycopg2.connect(address, connect_timeout=5, application_name="motcua hints")
    connection.autocommit = True
    # A commit that waits for the disk holds up those of messages; a hint may be lost.
    connection.cursor().execute("SET synchronous_commit TO off")
    return connection


def _taken(found: list[Any]) -> list[Any]:
    taken = found[:]
    found.clear()
    return taken


def _waiting(told: queue.Queue[str]) -> list[str]:
    found: list[str] = []
    with contextlib.suppress(queue.Empty):
        while len(found) < _MOST:
            found.append(told.get_nowait())
    return found
