"""One way to open the database, SQLite by default, PostgreSQL by its address."""

from __future__ import annotations

import contextlib
import os
import sqlite3
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

#: Threads of a service that ask the database: Python's own number is six on two cores, so that those who wait
#: to write hold up those who read. As many connections stay open: to make one takes longer than most transactions.
THREADS = 16
#: Connections beyond them: a server lets in a hundred of all processes. Seconds that a transaction waits for a lock.
_MORE, _MORE_OF_SERVER, _LOCK_WAIT = 40, 4, 15
#: Seconds between two looks whether a lock of another process is gone.
_LOOK_AGAIN = 0.0005
#: IMMEDIATE: one that reads first and writes later would otherwise fail at once on a busy database.
_TO_WRITE = "BEGIN IMMEDIATE"
#: Key under which a connection notes since when nobody uses it.
_IDLE_SINCE = "motcua_idle_since"
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
        engine = create_engine(url, pool_size=THREADS, max_overflow=_MORE_OF_SERVER, **options)
        _ask_the_idle(engine)
        _read_by_statement(engine)
        return engine
    if parsed.database in (None, "", ":memory:"):
        options["poolclass"] = StaticPool
    else:
        Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
        options |= {"poolclass": QueuePool, "pool_size": THREADS, "max_overflow": _MORE}
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


def _begin_to_write(connection: Any, raw: Any) -> None:
    """Among other processes, each of which writes for a millisecond or two at a time.

    SQLite itself would sleep longer after each look, for up to a tenth of a second.
    """
    until = time.monotonic() + _LOCK_WAIT
    raw.execute("PRAGMA busy_timeout=0")
    try:
        while not _began(raw):
            if time.monotonic() > until:
                # This one says what is wrong.
                connection.exec_driver_sql(_TO_WRITE)
                return
            time.sleep(_LOOK_AGAIN)
    finally:
        raw.execute(f"PRAGMA busy_timeout={_LOCK_WAIT * 1000}")


def _began(raw: Any) -> bool:
    with contextlib.suppress(sqlite3.OperationalError):
        raw.execute(_TO_WRITE)
        return True
    return False


def _take_turns(engine: Engine) -> None:
    """Transactions of those who write, one at a time in this process. Who only reads needs none, as on PostgreSQL."""
    turn, having = threading.Lock(), set[int]()

    def begin(connection: Any) -> None:
        if connection.get_execution_options().get("motcua_read"):
            return
        raw = connection.connection.dbapi_connection
        # After so long SQLite decides, and says what is wrong.
        if turn.acquire(timeout=_LOCK_WAIT):
            having.add(id(raw))
        try:
            _begin_to_write(connection, raw)
        except BaseException:
            let_go(raw)
            raise

    def let_go(raw: Any) -> None:
        if id(raw) in having:
            having.remove(id(raw))
            turn.release()

    def ending(how: Callable[[Any], None]) -> Callable[[Any], None]:
        def end(connection: Any) -> None:
            try:
                how(connection)
            finally:
                let_go(getattr(connection, "dbapi_connection", connection))

        return end

    event.listen(engine, "begin", begin)
    # Not SQLAlchemy's events, which come before: whoever has the turn next would find the database locked by ours.
    engine.dialect.do_commit = ending(engine.dialect.do_commit)  # type: ignore[method-assign]
    engine.dialect.do_rollback = ending(engine.dialect.do_rollback)  # type: ignore[method-assign]
