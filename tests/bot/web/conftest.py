"""The whole service with a double of the engine, and a browser without scripts."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path

import pytest
from sse_starlette.sse import AppStatus
from starlette.applications import Starlette
from starlette.testclient import TestClient
from uvicorn import Config, Server

from bot.app import build
from bot.settings import Settings
from procedures.database import connect
from tests.doubles import EchoResponder
from tests.quiet import hush


@pytest.fixture
def settings(tmp_path: Path, empty_database: Path) -> Settings:
    url = f"sqlite:///{tmp_path}/t.db"
    shutil.copy(empty_database, tmp_path / "t.db")
    hush(connect(url))
    return Settings(url, "127.0.0.1", 8000, "http://testserver", "a secret of the tests", media=f"{tmp_path}/media")


@pytest.fixture
def engine() -> EchoResponder:
    return EchoResponder()


@pytest.fixture
def browser(settings: Settings, engine: EchoResponder) -> Iterator[TestClient]:
    """A browser that has opened the page."""
    with TestClient(build(settings, engine)) as client:
        client.get("/")
        yield client
        engine.gate.set()
        engine.may_load.set()


def lines(html: str) -> list[str]:
    """Who said what, as a reader of the page sees it."""
    texts = re.findall(r'<p class="text" dir="auto">(.*?)</p>', html.partition("<template")[0], re.DOTALL)
    return [unescape(re.sub(r"<[^>]+>", "", text)) for text in texts]


def box(html: str) -> str:
    """What is in the box."""
    found = re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", html, re.DOTALL)
    assert found
    return unescape(found[1])


def trouble(html: str) -> str:
    found = re.search(r'id="problem"[^>]*>(.*?)</div>', html, re.DOTALL)
    assert found
    return unescape(found[1])


def message_id(html: str) -> str:
    """The hidden name of the next message of the box."""
    return re.findall(r'name="message_id" value="([^"]+)"', html)[-1]


def say(browser: TestClient, text: str, **fields: str) -> str:
    """Sends as a form does and returns the page that follows."""
    return browser.post("/messages", data={"text": text, **fields}).text


def answered(browser: TestClient, count: int, seconds: float = 5) -> list[str]:
    """The lines of the page, once there are so many."""
    end = time.monotonic() + seconds
    while len(found := lines(browser.get("/?all=1").text)) < count and time.monotonic() < end:
        time.sleep(0.02)
    return found


@contextmanager
def serving(app: Starlette) -> Iterator[str]:
    """A real server on a free port, ended as a signal ends it. Gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # No logging of its own: setting that up closes every handler there is, and absl's (with TensorFlow) its stream.
    config = Config(app, port=port, ws="none", log_config=None, log_level="warning", timeout_graceful_shutdown=5)
    server = Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.handle_exit(signal.SIGTERM, None)
        thread.join(10)
        # The library remembers the end of one server for all that follow in the process.
        AppStatus.should_exit = False
    assert not thread.is_alive(), "the server did not end"
