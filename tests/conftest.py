"""Fixtures for all tests: a clean environment, no network, a database of their own."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine

from bot import logs
from bot.engine import without_tensorflow
from bot.privacy import vault
from bot.store import schema
from procedures.database import connect

DATA_KEY = vault.new_key()
SHARED = Path(__file__).parents[1].parent / "shared" / "data"


# As in the engine, and before any test imports Rasa.
without_tensorflow.leave_out()


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Packed files hold the time they were made: their cases are named by what they are, the same in each process."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine reaches a test."""
    for name in [name for name in os.environ if name.startswith("MOTCUA_")]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def own_data_key() -> None:
    """What a test seals, it seals with a key that lies nowhere."""
    vault.use(DATA_KEY)


@pytest.fixture(autouse=True)
def own_log() -> None:
    """Whoever captures events gets them all, though another test has started an engine, which wants to be quiet."""
    logs.configure()


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only this machine may be reached."""
    connect_for_real = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test reached for the network: {address!r}")
        connect_for_real(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file at the newest schema, migrated once: whoever needs a database copies it."""
    path = tmp_path_factory.mktemp("empty") / "motcua.db"
    engine = connect(f"sqlite:///{path}")
    schema.migrate(engine)
    # The last one to leave takes what SQLite keeps beside the file into it.
    engine.dispose()
    return path


@pytest.fixture
def database(tmp_path: Path, empty_database: Path) -> Iterator[Engine]:
    """A migrated database, empty: SQLite, or what TEST_DATABASE_URL names (`make test-postgresql`)."""
    url = os.environ.get("TEST_DATABASE_URL")
    if url:
        engine = connect(url)
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        schema.migrate(engine)
    else:
        shutil.copy(empty_database, tmp_path / "motcua.db")
        engine = connect(f"sqlite:///{tmp_path / 'motcua.db'}")
    yield engine
    engine.dispose()


def shared_data(name: str) -> Path:
    """A file of ../shared/data; skips the test where it is absent."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"needs {path}, which is not part of the project")
    return path
