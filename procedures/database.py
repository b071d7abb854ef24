"""One way to open the database, SQLite by default, PostgreSQL by its address."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.pool import StaticPool

#: Where the project keeps what it makes: database, models. Beside the packages in a checkout.
VAR = Path(__file__).parents[1] / "var"


def default_url() -> str:
    """MOTCUA_DATABASE_URL, or SQLite under var/."""
    return os.environ.get("MOTCUA_DATABASE_URL") or f"sqlite:///{VAR / 'motcua.db'}"


def connect(url: str) -> Engine:
    """An engine in 2.0 style. SQLite gets WAL, foreign keys, a wait of 15 s for a lock, and honest transactions."""
    parsed = make_url(url)
    # Parameters hold the words of citizens; an error that is logged must not.
    options: dict[str, Any] = {"future": True, "hide_parameters": True}
    if parsed.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, **options)
    if parsed.database in (None, "", ":memory:"):
        options["poolclass"] = StaticPool
    else:
        Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": 15, "check_same_thread": False}, **options)
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
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
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=15000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Any) -> None:
    # IMMEDIATE: a transaction that reads first and writes later would otherwise fail at once on a busy database.
    mode = "" if connection.get_execution_options().get("motcua_read") else " IMMEDIATE"
    connection.exec_driver_sql(f"BEGIN{mode}")
