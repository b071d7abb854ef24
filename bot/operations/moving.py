"""From SQLite to PostgreSQL: every row of every table, and the counters behind them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import MetaData, Table

from bot.errors import OperationFailed
from bot.operations import snapshot
from bot.store import schema
from bot.store.tables import metadata as bot
from procedures.database import connect
from procedures.tables import metadata as catalogue

_AT_ONCE = 500


def fill(file: Path, url: str) -> None:
    """Fills an empty PostgreSQL database with what a SQLite file holds. Whole or not at all. Raises OperationFailed."""
    engine = connect(url)
    try:
        with snapshot.plain(file) as source, source.connect() as old, engine.begin() as new:
            if snapshot.describe(old).schema != schema.wanted():
                raise OperationFailed("The backup is of an older program. Make a new one after: motcua upgrade")
            schema.go(new, "head")
            _copy(old, new)
    except SQLAlchemyError as error:
        raise OperationFailed(f"The rows could not be moved ({type(error).__name__}). Nothing was changed") from error
    finally:
        engine.dispose()


def _copy(old: Connection, new: Connection) -> None:
    tables = [*_ordered(catalogue), *_ordered(bot)]
    # What migrations put in is in the backup too, as the office has it now.
    for table in reversed(tables):
        new.execute(table.delete())
    for table in tables:
        for rows in _batches(old, table):
            new.execute(table.insert(), rows)
        _count_on(new, table)


def _ordered(metadata: MetaData) -> list[Table]:
    """Those that others name come first."""
    return list(metadata.sorted_tables)


def _batches(old: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    found = old.execute(select(table)).mappings()
    while rows := found.fetchmany(_AT_ONCE):
        yield [{name: _in_utc(value) for name, value in row.items()} for row in rows]


def _in_utc(value: Any) -> Any:
    """SQLite keeps no zone with a time; all of ours are UTC."""
    return value.replace(tzinfo=timezone.utc) if isinstance(value, datetime) and value.tzinfo is None else value


def _count_on(new: Connection, table: Table) -> None:
    """The next number is the one after the highest."""
    for column in table.primary_key:
        counting = text("SELECT pg_get_serial_sequence(:table, :column)")
        counter = new.execute(counting, {"table": table.name, "column": column.name}).scalar()
        most = new.execute(select(func.max(column))).scalar() if counter else None
        if most:
            new.execute(text("SELECT setval(:counter, :most)"), {"counter": counter, "most": most})
