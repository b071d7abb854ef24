"""One way to open the database, SQLite by default, PostgreSQL by its address."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import QueuePool, StaticPool

#: Where the project keeps what it makes: database, models. Beside the packages in a checkout.
VAR = Path(__file__).parents[1] / "var"

#: Connections of one process to a SQLite file that stay open; seconds that a transaction waits for a lock.
_KEPT_OPEN, _LOCK_WAIT = 8, 15
#: Keys under which a connection notes that it has the turn, and since when nobody uses it.
_TURN, _IDLE_SINCE = "motcua_turn", "motcua_idle_since"
#: Seconds after which a connection is asked whether it still lives. One that was used a moment ago is not: to ask would
#: be a way to the server and back before each transaction.
_IDLE = 1.0


def default_url() -> str:
    """MOTCUA_DATABASE_URL, or SQLite under var/."""
    return os.environ.get("MOTCUA_DATABASE_URL") or f"sqlite:///{VAR / 'motcua.db'}"


def connect(url: str) -> Engine:
    """An engine in 2.0 style. SQLite gets WAL, foreign keys, a wait of 15 s for a lock, and honest transactions."""
    parsed = make_url(url)
    # Parameters hold the words of citizens; an error that is logged must not.
    options: dict[str, Any] = {"future": True, "hide_parameters": True}
    if parsed.get_backend_name() != "sqlite":
        engine = create_engine(url, **options)
        _ask_the_idle(engine)
        _read_by_statement(engine)
        return engine
    if parsed.database in (None, "", ":memory:"):
        options["poolclass"] = StaticPool
    else:
        Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
        # Opening the file for each transaction would take longer than most transactions do.
        options |= {"poolclass": QueuePool, "pool_size": _KEPT_OPEN, "max_overflow": 40}
    engine = create_engine(url, connect_args={"timeout": _LOCK_WAIT, "check_same_thread": False}, **options)
    event.listen(engine, "connect", _configure)
    _take_turns(engine)
    return engine


def exists(url: str) -> bool:
    """False only for a SQLite file that is not there, which must not be made by looking."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return True
    return Path(str(parsed.database)).exists()


def _configure(connection: Any, _record: Any) -> None:
    # pysqlite begins transactions late and commits around DDL; SQLAlchemy's own recipe takes that over.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={_LOCK_WAIT * 1000}"):
        connection.execute(f"PRAGMA {pragma}")


def _ask_the_idle(engine: Engine, clock: Callable[[], float] = time.monotonic) -> None:
    """A server that was started again meanwhile costs nobody an error: all connections are made anew."""

    def rest(_connection: Any, record: Any) -> None:
        record.info[_IDLE_SINCE] = clock()

    def take(connection: Any, record: Any, _proxy: Any) -> None:
        rested = clock() - record.info.get(_IDLE_SINCE, clock())
        if rested > _IDLE and not engine.dialect.do_ping(connection):
            raise InvalidatePoolError()

    event.listen(engine, "checkin", rest)
    event.listen(engine, "checkout", take)


def _read_by_statement(engine: Engine) -> None:
    """Who only reads needs no BEGIN and ROLLBACK, two ways to the server: each statement sees what is committed anyway.

    psycopg2 says BEGIN by itself unless it is told not to, and telling it sends nothing.
    """

    def begin(connection: Any) -> None:
        if connection.get_execution_options().get("motcua_read"):
            connection.connection.dbapi_connection.autocommit = True

    def rest(connection: Any, _record: Any) -> None:
        if connection is not None and not connection.closed:
            connection.autocommit = False

    event.listen(engine, "begin", begin)
    event.listen(engine, "checkin", rest)


def _take_turns(engine: Engine) -> None:
    """Transactions, and one that writes at a time in this process.

    SQLite itself makes those who wait sleep, longer each time, and lets whoever asks at the right moment go first.
    """
    turn = threading.Lock()

    def begin(connection: Any) -> None:
        if connection.get_execution_options().get("motcua_read"):
            connection.exec_driver_sql("BEGIN")
            return
        # After so long SQLite decides, and says what is wrong.
        connection.info[_TURN] = turn.acquire(timeout=_LOCK_WAIT)
        try:
            # IMMEDIATE: one that reads first and writes later would otherwise fail at once on a busy database.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except BaseException:
            end(connection)
            raise

    def end(connection: Any) -> None:
        if connection.info.pop(_TURN, False):
            turn.release()

    event.listen(engine, "begin", begin)
    event.listen(engine, "commit", end)
    event.listen(engine, "rollback", end)
