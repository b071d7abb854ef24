"""Connections that rested are asked whether they live; those that were just used are not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine
from sqlalchemy.pool import QueuePool

from procedures.database import _IDLE, _ask_the_idle


class Server:
    """Counts how often it is asked; `alive` is what it says."""

    def __init__(self) -> None:
        self.asked, self.alive, self.at = 0, True, 0.0

    def ping(self, connection: Any) -> bool:
        self.asked += 1
        return self.alive

    def clock(self) -> float:
        return self.at


@pytest.fixture
def server(tmp_path: Path) -> tuple[Server, Engine]:
    server = Server()
    engine = create_engine(f"sqlite:///{tmp_path / 'x.db'}", future=True, poolclass=QueuePool)
    engine.dialect.do_ping = server.ping
    _ask_the_idle(engine, server.clock)
    return server, engine


def use(engine: Engine) -> int:
    """The identity of the connection that was given."""
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        return id(connection.connection.dbapi_connection)


def test_given_a_connection_just_used_when_taken_again_then_it_is_not_asked(server: tuple[Server, Engine]) -> None:
    counts, engine = server
    first = use(engine)
    counts.at = _IDLE
    assert use(engine) == first and counts.asked == 0


def test_given_a_connection_that_rested_when_it_lives_then_it_is_asked_and_kept(server: tuple[Server, Engine]) -> None:
    counts, engine = server
    first = use(engine)
    counts.at = _IDLE + 0.1
    assert use(engine) == first and counts.asked == 1


def test_given_a_server_started_again_when_a_rested_connection_is_taken_then_a_new_one_is_given(
    server: tuple[Server, Engine],
) -> None:
    counts, engine = server
    with engine.connect() as connection:
        old = connection.connection.dbapi_connection
    counts.at, counts.alive = 60.0, False
    with engine.connect() as connection:
        assert connection.connection.dbapi_connection is not old
        assert connection.execute(text("SELECT 1")).scalar() == 1
