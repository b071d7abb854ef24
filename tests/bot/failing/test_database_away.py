"""The database is locked, full or gone: providers keep what they have, pages say so, nothing is half-written."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine
from starlette.applications import Starlette
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from bot.app import build
from bot.channels.memory import MemoryChannel
from bot.channels.webhooks import Webhooks
from bot.conversation import Inbound
from bot.post.door import Door
from bot.post.inbox import Inbox
from bot.post.wake import Wake
from bot.settings import Settings
from bot.store.tables import conversation, inbox, message
from bot.watch import disk
from bot.words import words
from procedures import database as opening
from tests.bot.channels.test_webhooks import Provider
from tests.bot.post.kit import rows
from tests.doubles import EchoResponder


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock is waited for as long as a test may take."""
    monkeypatch.setattr(opening, "_LOCK_WAIT", 0.05)
    disk.forget()


@pytest.fixture
def site(tmp_path: Path, database: Engine) -> Iterator[TestClient]:
    """A browser; `database` is a copy of the same file."""
    if database.dialect.name != "sqlite":
        pytest.skip("SQLite is made to fail here")
    settings = Settings(str(database.url), "127.0.0.1", 8000, "http://testserver", "secret", media=f"{tmp_path}/m")
    with TestClient(build(settings, EchoResponder())) as client:
        yield client


@contextmanager
def locked(database: Engine) -> Iterator[None]:
    """Somebody else writes and does not end."""
    other = sqlite3.connect(str(database.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def full(database: Engine) -> None:
    """No further page of the file may be written, as on a disk without room."""

    @event.listens_for(database, "begin")
    def limit(connection: Any) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")


def post(database: Engine) -> httpx.Response:
    """A provider posts one message."""
    door = Door(Inbox(database, Wake()), None, {"memory": MemoryChannel()})  # type: ignore[arg-type]
    app = Starlette(routes=list(Webhooks([Provider()], door).routes()))

    async def run() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as http:
            return await http.post("/webhooks/memory", content=b"{}")

    return asyncio.run(run())


def test_given_a_locked_database_when_a_page_is_used_then_it_says_so_and_reading_goes_on(
    site: TestClient, database: Engine
) -> None:
    with locked(database):
        answer = site.post("/messages", data={"text": "khai sinh"})
        assert answer.status_code == 503 and words().say("page.503.what") in answer.text
        assert answer.headers["Retry-After"] and answer.headers["X-Request-Id"] in answer.text
        assert site.get("/").status_code == 200
    assert rows(database, inbox) == []
    assert site.post("/messages", data={"text": "khai sinh"}).status_code == 200


def test_given_a_locked_database_when_a_provider_posts_then_it_is_to_come_again_and_nothing_is_lost(
    database: Engine,
) -> None:
    if database.dialect.name != "sqlite":
        pytest.skip("SQLite is made to fail here")
    impatient_one = opening.connect(str(database.url))
    with locked(database):
        refused = post(impatient_one)
    assert (refused.status_code, refused.headers["retry-after"], rows(database, inbox)) == (503, "5", [])
    assert [post(impatient_one).status_code for _ in range(2)] == [200, 200]
    assert len(rows(database, inbox)) == 1


def test_given_a_full_disk_when_messages_come_then_nothing_is_half_written(
    database: Engine,
) -> None:
    if database.dialect.name != "sqlite":
        pytest.skip("SQLite is made to fail here")
    full(database)
    fitted = 0
    while fits(database, f"{fitted} " + "x" * 3000):
        fitted += 1
    kept = [len(rows(database, table)) for table in (inbox, message)]
    assert kept == [fitted, fitted] and len(rows(database, conversation)) == 1


def fits(database: Engine, text: str) -> bool:
    """False once there is no room."""
    try:
        Inbox(database, Wake()).receive(Inbound("memory", "a", text[:20], text))
    except Exception as error:
        assert disk.is_full(error)
        return False
    return True


def test_given_a_full_disk_when_many_pages_fail_then_it_is_told_once(
    site: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Inbox, "receive", fail)
    with capture_logs() as logs:
        answers = [site.post("/messages", data={"text": "khai sinh"}) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {503}
    assert [entry["event"] for entry in logs].count("disk_full") == 1
