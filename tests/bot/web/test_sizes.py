"""What is too large or too slow is refused before anything is parsed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message, Receive, Scope, Send

from bot.channels import webhooks
from bot.console import form, import_reading, readings, wordfiles
from bot.desk import login, replying
from bot.web import body, sizes
from bot.web.sizes import MOST_HEADERS, MOST_QUERY, Sizes, ceiling


async def reads_all(scope: Scope, receive: Receive, send: Send) -> None:
    """An address that reads whatever comes, without a limit of its own."""
    try:
        size = len(await Request(scope, receive).body())
    except HTTPException as error:
        await PlainTextResponse("", error.status_code)(scope, receive, send)
        return
    await PlainTextResponse(str(size))(scope, receive, send)


def page(request: Request, status: int) -> Response:
    return PlainTextResponse("", status)


def status(path: str, chunks: list[bytes], query: bytes = b"", headers: Any = ()) -> tuple[int, int]:
    """The status, and how many chunks were taken from the line."""
    return asyncio.run(_call(path, list(chunks), query, list(headers)))


async def _call(path: str, chunks: list[bytes], query: bytes, headers: list[Any]) -> tuple[int, int]:
    statuses: list[int] = []
    wanted = len(chunks)

    async def receive() -> Message:
        if not chunks:
            await asyncio.sleep(60)
        return {"type": "http.request", "body": chunks.pop(0), "more_body": True}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {"type": "http", "method": "POST", "path": path, "query_string": query, "headers": headers}
    await Sizes(reads_all, page)(scope, receive, send)
    return statuses[0], wanted - len(chunks)


@pytest.mark.parametrize("path", ["/messages", "/api/v1/conversations/a/messages", "/g/token", "/nowhere", "/login"])
def test_given_a_body_without_end_when_it_comes_then_reading_stops_at_the_ceiling(path: str) -> None:
    piece = b"x" * 16_384
    told, taken = status(path, [piece] * 100)
    assert told == 413 and taken == ceiling(path) // len(piece) + 1


def test_given_a_body_that_does_not_come_when_it_is_waited_for_then_not_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sizes, "_SILENCE", 0.02)
    assert status("/messages", [b"a"]) == (408, 1)


def test_given_a_body_that_dribbles_when_its_time_is_over_then_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sizes, "_WHOLE", -1.0)
    assert status("/messages", [b"a"] * 50)[0] == 408


def test_given_a_long_address_or_head_when_it_comes_then_it_is_refused_without_its_body() -> None:
    assert status("/", [b"a"], query=b"q" * (MOST_QUERY + 1)) == (414, 0)
    assert status("/", [b"a"], headers=[(b"cookie", b"c" * MOST_HEADERS)]) == (431, 0)


def test_given_the_limits_of_pages_when_ceilings_are_read_then_each_page_tells_its_own_first() -> None:
    own = {
        "/webhooks/telegram": webhooks.LARGEST,
        "/messages": body.LARGEST,
        "/admin/import": import_reading.LARGEST + 64 * 1024,
        "/admin/words/import": wordfiles.LARGEST + body.LARGEST,
        "/admin/words/bot/key/voice": readings.LARGEST + body.LARGEST,
        "/admin/edits/1": form.MOST_BYTES,
        "/desk/cases/1/reply": max(replying._MOST, login._LARGEST_KEPT),
        "/login/again": login._LARGEST_TEXT,
    }
    assert {path: most for path, most in own.items() if most > ceiling(path)} == {}
