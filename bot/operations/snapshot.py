"""A database as it is at one moment, copied into a file while others write."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from alembic.migration import MigrationContext
from sqlalchemy import create_engine, func, inspect, select, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql import table

from bot.audit import chain
from bot.errors import OperationFailed
from bot.operations import postgresql
from bot.operations.place import POSTGRESQL, Place
from procedures.database import connect


@dataclass(frozen=True)
class Described:
    """What a database holds: its schema, rows of each table, the end of the audit's chain ("" where it has none)."""

    schema: str
    rows: dict[str, int]
    audit: str


def take(place: Place, to: Path) -> Described:
    """Copies the database into one file and tells what is in the copy. Raises OperationFailed.

    SQLite: the online backup of its own, which holds up nobody. PostgreSQL: pg_dump at a snapshot that we count at too.
    """
    try:
        return _dump(place, to) if place.kind == POSTGRESQL else _copy(place.file, to)
    except (sqlite3.Error, SQLAlchemyError) as error:
        raise OperationFailed(f"The database could not be read ({type(error).__name__}). Run: motcua doctor") from error


def _copy(source: Path, to: Path) -> Described:
    copy_sqlite(source, to)
    with plain(to) as engine, engine.connect() as connection:
        found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
        if found != "ok":
            raise OperationFailed(f"The database is damaged ({found}). Take the last good backup: motcua restore")
        return describe(connection)


def copy_sqlite(source: Path, to: Path) -> None:
    """All pages at once: in WAL mode nobody waits for us, and nothing that comes meanwhile is in the copy."""
    if not source.exists():
        raise OperationFailed(f"There is no database at {source}. Run: motcua migrate")
    reading = f"{source.resolve().as_uri()}?mode=ro"
    with contextlib.closing(sqlite3.connect(reading, uri=True)) as ours, contextlib.closing(sqlite3.connect(to)) as new:
        ours.backup(new)
        # The copy is one file: nothing of it lies in a log beside it.
        new.execute("PRAGMA journal_mode=DELETE")


@contextlib.contextmanager
def plain(file: Path) -> Iterator[Engine]:
    """A SQLite file without the settings of a service: looking at it must not change it."""
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(file), future=True)
    try:
        yield engine
    finally:
        engine.dispose()


def _dump(place: Place, to: Path) -> Described:
    engine = connect(place.database_url)
    try:
        with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
            postgresql.dump(place.database_url, to, str(snapshot))
            return describe(connection)
    finally:
        engine.dispose()


def describe(connection: Connection) -> Described:
    """What is there in this transaction."""
    looking = inspect(connection)
    names = sorted(name for name in looking.get_table_names() if not name.startswith("sqlite_"))
    rows = {name: rows_of(connection, name) for name in names}
    schema = MigrationContext.configure(connection).get_current_revision() if "alembic_version" in rows else None
    chained = "audit_entry" in rows and "digest" in [column["name"] for column in looking.get_columns("audit_entry")]
    return Described(schema or "", rows, str(chain.head(connection)) if chained else "")


def rows_of(connection: Connection, name: str) -> int:
    """Rows of one table."""
    return int(connection.execute(select(func.count()).select_from(table(name))).scalar_one())
