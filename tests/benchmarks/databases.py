"""Databases to measure on: a file of SQLite, and one of PostgreSQL that is made and dropped, where a server is there.

MOTCUA_BENCH_POSTGRESQL is the address of a server, `postgresql://` (by its socket, as this user) without it.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import OperationalError

from bot.store import schema
from procedures.catalogue import SEEDS
from procedures.database import connect
from procedures.importers.seeds import read_seeds
from procedures.store import take_in

_SERVER = os.environ.get("MOTCUA_BENCH_POSTGRESQL", "postgresql://")


def prepared(url: str) -> Engine:
    """The schema and the procedures in plain words."""
    database = connect(url)
    schema.migrate(database)
    take_in(database, read_seeds(SEEDS), source="bench")
    return database


def databases(folder: str) -> Iterator[tuple[str, Engine]]:
    """Both, one after the other, prepared; PostgreSQL is left out where no server answers."""
    yield "SQLite", prepared(f"sqlite:///{folder}/bench.db")
    with postgresql() as url:
        if url:
            yield "PostgreSQL", prepared(url)


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of a new, empty database; "" where no server answers."""
    name = f"motcua_bench_{uuid.uuid4().hex[:8]}"
    if not _said(f'CREATE DATABASE "{name}"'):
        yield ""
        return
    try:
        yield make_url(_SERVER).set(database=name).render_as_string(hide_password=False)
    finally:
        # Whatever still holds it open is of this run.
        _said(f'DROP DATABASE "{name}" WITH (FORCE)')


def _said(statement: str) -> bool:
    engine = create_engine(make_url(_SERVER).set(database="postgres"), isolation_level="AUTOCOMMIT", future=True)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        return True
    except OperationalError:
        return False
    finally:
        engine.dispose()
