"""Who trains: a claim that must be renewed, so that a training outlives the process that began it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import and_, or_, select, update
from sqlalchemy.engine import Connection, Engine, Row

from bot.console.training import FAILED, OPEN, RUNNING, WAITING
from bot.post.clock import ago, now
from bot.store.console_tables import training_run

log = structlog.get_logger()

#: Seconds between two signs of life, and of silence after which somebody else takes a training up.
EVERY, DEAD_AFTER = 3.0, 60.0
#: Times that a training may lose the process that trains it.
MOST_LOST = 3


class Lost(Exception):
    """Somebody has stopped the training, or another process has taken it."""


def due(connection: Connection, at: datetime) -> int | None:
    """A run that should begin, or whose process has fallen silent."""
    found = connection.execute(select(training_run.c.id).where(_due(at)).order_by(training_run.c.start_at)).scalar()
    return None if found is None else int(found)


def _due(at: datetime) -> Any:
    silent = and_(training_run.c.status.in_(RUNNING), training_run.c.alive_at < ago(DEAD_AFTER))
    return or_(and_(training_run.c.status == WAITING, training_run.c.start_at <= at), silent)


def let_go(connection: Connection, id_: int, *, died: bool) -> None:
    """The process that trained is gone: the next one begins again, unless too many have `died`, before it or in it."""
    mine = and_(training_run.c.id == id_, training_run.c.status.in_(OPEN if died else RUNNING))
    row = connection.execute(select(training_run.c.error).where(mine).with_for_update()).first()
    if row is None:
        return
    lost = _lost(row) + died
    values: dict[str, Any] = {"status": WAITING, "stage": "", "percent": 0, "alive_at": None, "error": f"{lost}"}
    if lost >= MOST_LOST:
        values |= {"status": FAILED, "error": '{"why": "lost"}', "finished_at": now()}
    connection.execute(update(training_run).where(mine).values(**values))


def _lost(row: Row) -> int:
    """While a run is open, its error column counts the processes that it has lost."""
    return int(row.error) if str(row.error).isdigit() else 0


class Lease:
    """This process trains; each change is made only while that is so."""

    def __init__(self, database: Engine, id_: int, alive_at: datetime) -> None:
        self._database, self._id, self._alive_at = database, id_, alive_at
        self._lock, self._told = threading.Lock(), dict[str, Any]()

    @classmethod
    def take(cls, database: Engine, id_: int) -> Lease | None:
        """None where there is nothing to take, or somebody was faster."""
        at = now()
        with database.begin() as connection:
            mine = and_(training_run.c.id == id_, _due(at))
            row = connection.execute(select(training_run).where(mine).with_for_update()).first()
            if row is None:
                return None
            if row.status != WAITING:
                let_go(connection, id_, died=True)
            taken = and_(training_run.c.id == id_, training_run.c.status == WAITING)
            values = {"status": RUNNING[0], "stage": "check", "percent": 0, "alive_at": at}
            if not connection.execute(update(training_run).where(taken).values(**values)).rowcount:
                return None
        return cls(database, id_, at)

    def tell(self, **values: Any) -> None:
        """How far it is; written with the next sign of life, at once where the status moves. Raises Lost."""
        with self._lock:
            self._told |= values
        if "status" in values:
            self.beat()

    def beat(self) -> None:
        """A sign of life. Raises Lost."""
        with self._lock, self._database.begin() as connection:
            at = now()
            # By the last sign as well: whoever took the training over has given another.
            mine = and_(
                training_run.c.id == self._id,
                training_run.c.status.in_(RUNNING),
                training_run.c.alive_at == self._alive_at,
            )
            if not connection.execute(update(training_run).where(mine).values(alive_at=at, **self._told)).rowcount:
                raise Lost
            self._alive_at, self._told = at, {}

    @contextlib.contextmanager
    def alive(self, lost: Callable[[], None]) -> Iterator[None]:
        """Gives signs of life from a thread of its own; calls `lost` once where the training is not ours any more."""
        done = threading.Event()
        thread = threading.Thread(target=self._keep, args=(done, lost), name="lease", daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def _keep(self, done: threading.Event, lost: Callable[[], None]) -> None:
        while not done.wait(EVERY / 3):
            if not self._still():
                lost()
                return

    def _still(self) -> bool:
        try:
            self.beat()
        except Lost:
            return False
        except Exception as error:
            # A busy database is none that has taken the training away.
            log.error("lease_failed", error=type(error).__name__)
        return True
