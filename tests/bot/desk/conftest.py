"""The whole service with a double of the engine, an office and browsers of its staff."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Connection, Engine
from starlette.responses import Response
from starlette.testclient import TestClient

from bot.accounts.sessions import COOKIE, Sessions
from bot.app import build
from bot.settings import Settings
from bot.store.desk_tables import staff
from procedures.database import connect
from tests.bot.handover import kit
from tests.doubles import EchoResponder
from tests.quiet import hush


@dataclass
class Desk:
    """A running service, and whoever works at it."""

    settings: Settings
    database: Engine
    client: TestClient
    engine: EchoResponder
    ids: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def rows(self) -> Iterator[Connection]:
        """A transaction for what a test needs to be there, or looks at."""
        with self.database.begin() as connection:
            yield connection

    def add(self, login: str, office_id: int = 1, role: str = "officer", **values: Any) -> int:
        """Somebody of the staff."""
        with self.rows() as connection:
            self.ids[login] = kit.person(connection, login, office_id, role, **values)
        return self.ids[login]

    def sign_in(self, login: str) -> TestClient:
        """Their browser, signed in, without scripts."""
        with self.rows() as connection:
            row = connection.execute(select(staff).where(staff.c.login == login)).one()
        response = Response()
        Sessions(self.settings).give(response, row.id, row.epoch)
        browser = TestClient(self.client.app, follow_redirects=True)
        browser.cookies.set(COOKIE, response.headers["set-cookie"].split("=", 1)[1].split(";")[0])
        return browser


@pytest.fixture
def desk(tmp_path: Path, database: Engine) -> Iterator[Desk]:
    """With Lan, an officer of the provincial centre."""
    url, address = database.url.render_as_string(hide_password=False), "http://testserver"
    settings = Settings(url, "127.0.0.1", 8000, address, "a secret", media=f"{tmp_path}/m")
    engine = EchoResponder()
    with TestClient(build(settings, engine)) as client:
        made = Desk(settings, connect(settings.database_url), client, engine)
        hush(made.database)
        made.add("lan")
        yield made
        engine.gate.set()


@pytest.fixture
def lan(desk: Desk) -> TestClient:
    """Lan's browser."""
    return desk.sign_in("lan")
