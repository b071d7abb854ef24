"""Installations: one with SQLite, and where a server of PostgreSQL is there, databases of its own."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import OperationalError

from bot.operations.place import Place
from bot.store import schema
from procedures.database import connect
from tests.bot.operations import kit


@pytest.fixture
def place(tmp_path: Path, empty_database: Path) -> Place:
    return kit.installation(tmp_path / "here", empty_database)


@pytest.fixture(scope="session")
def server() -> Iterator[Engine]:
    """TEST_DATABASE_URL's server, or the one of this machine."""
    if not shutil.which("pg_dump"):
        pytest.skip("needs pg_dump")
    url = make_url(os.environ.get("TEST_DATABASE_URL") or "postgresql:///postgres")
    engine = create_engine(url, future=True, isolation_level="AUTOCOMMIT")
    try:
        engine.connect().close()
    except OperationalError:
        pytest.skip("needs a server of PostgreSQL")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def new_database(server: Engine) -> Iterator[Callable[..., str]]:
    """Makes databases, empty or after a template; tells their addresses."""
    made: list[str] = []

    def make(template: str = "template0") -> str:
        made.append(f"motcua_drill_{secrets.token_hex(4)}")
        with server.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{made[-1]}" TEMPLATE "{template}"'))
        return server.url.set(database=made[-1]).render_as_string(hide_password=False)

    yield make
    with server.connect() as connection:
        for name in made:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))


@pytest.fixture(scope="session")
def migrated(new_database: Callable[..., str]) -> str:
    """The name of a database at the newest schema."""
    url = new_database()
    engine = connect(url)
    schema.migrate(engine)
    engine.dispose()
    return str(make_url(url).database)


@pytest.fixture
def postgresql(new_database: Callable[..., str], migrated: str, tmp_path: Path) -> Place:
    """An installation with PostgreSQL."""
    place = Place(new_database(migrated), tmp_path / "pg" / "media", tmp_path / "pg")
    place.var.mkdir()
    kit.fill(place)
    return place
