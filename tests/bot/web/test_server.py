"""The server around the pages: slow heads, endless heads, and whose word it takes for an address."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from bot.settings import Settings
from bot.web import server
from bot.web.server import Patient, config

SETTINGS = Settings("", "127.0.0.1", 8000, "http://127.0.0.1:8000", "a secret")


async def tells(scope: Scope, receive: Receive, send: Send) -> None:
    """Who asks. An address that waits is held open, as a stream is."""
    assert scope["type"] == "http"
    if scope["path"] == "/waits":
        await asyncio.sleep(0.5)
    response: Response = PlainTextResponse(f"{scope['client'][0]} {Request(scope).url.scheme}")
    await response(scope, receive, send)


@contextlib.contextmanager
def served(settings: Settings = SETTINGS, **more: Any) -> Iterator[int]:
    """The port of a server in this process."""
    listening = socket.create_server(("127.0.0.1", 0))
    told = config(tells, settings, lifespan="off", log_config=None, **more)
    loop = asyncio.new_event_loop()
    one = uvicorn.Server(told)
    thread = threading.Thread(target=lambda: loop.run_until_complete(one.serve([listening])), daemon=True)
    thread.start()
    while not one.started:
        time.sleep(0.005)
    yield listening.getsockname()[1]
    one.should_exit = True
    thread.join(5)


def said(port: int, *pieces: bytes, pause: float = 0.0) -> bytes:
    """All that the server answers until it closes, or says nothing for a second."""
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.settimeout(1)
        answer = b""
        # Cut while sending, what it had answered by then is still there to be read.
        with contextlib.suppress(OSError):
            for piece in pieces:
                line.sendall(piece)
                time.sleep(pause)
        with contextlib.suppress(OSError):
            while piece := line.recv(65536):
                answer += piece
        return answer


def test_given_a_head_that_dribbles_when_patience_is_over_then_the_line_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Patient, "patience", 0.15)
    with served() as port:
        began = time.monotonic()
        assert said(port, b"GET / HT", *[b"T"] * 30, pause=0.02) == b""
        assert time.monotonic() - began < 1
        # Whoever has asked may wait for longer than that, and ask again on the same line.
        asked = b"GET /waits HTTP/1.1\r\nhost: a\r\n\r\n"
        assert said(port, asked, b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").count(b"200 OK") == 2


def test_given_a_head_without_end_when_it_comes_then_it_is_refused() -> None:
    with served() as port:
        assert said(port, b"GET / HTTP/1.1\r\n", *[b"x: " + b"y" * 16_000] * 6).startswith(b"HTTP/1.1 400 ")


def test_given_any_answer_when_it_is_read_then_the_server_does_not_tell_what_it_is() -> None:
    with served() as port:
        assert b"server:" not in said(port, b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").lower()


@pytest.mark.parametrize(
    ("proxies", "told"),
    [
        ("127.0.0.1", b"198.51.100.2 https"),
        ("10.0.0.0/8", b"127.0.0.1 http"),
        ("10.0.0.1 127.0.0.0/8", b"198.51.100.2 https"),
    ],
)
def test_given_an_address_that_is_told_when_it_comes_then_only_a_trusted_proxy_is_believed(
    proxies: str, told: bytes
) -> None:
    # The one before ours is what the visitor made up.
    asked = b"x-forwarded-for: 192.0.2.1, 198.51.100.2\r\nx-forwarded-proto: https\r\nconnection: close\r\n\r\n"
    with served(replace(SETTINGS, trusted_proxies=proxies)) as port:
        assert said(port, b"GET / HTTP/1.1\r\nhost: a\r\n" + asked).endswith(told)


def test_given_the_files_that_a_process_may_open_when_connections_are_counted_then_some_are_left() -> None:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert 64 <= server._connections() <= 8192
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= soft
