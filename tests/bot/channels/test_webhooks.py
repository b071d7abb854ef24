"""Where providers post: proven, stored, and only then 200."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping

import httpx
import pytest
from starlette.applications import Starlette

from bot.channels.webhooks import LARGEST, Webhooks
from bot.conversation import Inbound, Notice
from bot.errors import NotGenuine, NotReadable, PostFailed

SAID = Inbound("memory", "a", "1", "một")


class Provider:
    """A channel to which somebody posts; raises what it is given."""

    name = "memory"

    def __init__(self, error: Exception | None = None) -> None:
        self.error, self.read_with = error, []

    def read(self, headers: Mapping[str, str], body: bytes) -> tuple[Inbound | Notice, ...]:
        self.read_with.append((headers, body))
        if self.error:
            raise self.error
        return (SAID,)


class Stores:
    """Receives; raises what it is given."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error, self.stored = error, []

    async def __call__(self, came: tuple[Inbound | Notice, ...]) -> None:
        if self.error:
            raise self.error
        self.stored.extend(came)


def call(
    provider: Provider, stores: Stores, body: object = b"{}", path: str = "memory", method: str = "POST", **headers: str
) -> httpx.Response:
    async def run() -> httpx.Response:
        transport = httpx.ASGITransport(Starlette(routes=Webhooks([provider], stores).routes()))
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as http:
            return await http.request(method, f"/webhooks/{path}", content=body, headers=headers)

    return asyncio.run(run())


def test_given_a_genuine_event_when_posted_then_raw_body_and_headers_are_read_and_it_is_stored() -> None:
    provider, stores = Provider(), Stores()
    answer = call(provider, stores, b' {"a": 1}\n', **{"X-Proof": "s"})
    assert (answer.status_code, answer.json(), stores.stored) == (200, {"status": "stored"}, [SAID])
    headers, body = provider.read_with[0]
    assert (headers["x-proof"], body) == ("s", b' {"a": 1}\n')


@pytest.mark.parametrize("path", ["telegram", "MEMORY", "memory/", "memory/x", ""])
def test_given_a_channel_that_is_off_when_posted_then_nothing_is_read(path: str) -> None:
    provider, stores = Provider(), Stores()
    assert call(provider, stores, path=path).status_code in (307, 404)
    assert (provider.read_with, stores.stored) == ([], [])


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_given_another_method_when_called_then_it_is_refused(method: str) -> None:
    provider = Provider()
    assert call(provider, Stores(), method=method).status_code == 405
    assert provider.read_with == []


def test_given_somebody_who_pretends_when_posted_then_nothing_is_stored() -> None:
    stores = Stores()
    answer = call(Provider(NotGenuine("signature")), stores)
    assert (answer.status_code, stores.stored) == (403, [])
    assert "signature" not in answer.text


def test_given_a_genuine_body_that_nobody_knows_when_posted_then_it_does_not_come_again() -> None:
    stores = Stores()
    assert call(Provider(NotReadable("shape")), stores).status_code == 200
    assert stores.stored == []


@pytest.mark.parametrize("error", [PostFailed("full"), RuntimeError("chữ riêng tư")])
def test_given_a_store_that_fails_when_posted_then_the_provider_is_asked_to_come_back(
    error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = call(Provider(), Stores(error))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "riêng tư" not in answer.text + "".join(capsys.readouterr())


def test_given_the_largest_body_when_posted_then_it_is_read_and_a_larger_one_is_not() -> None:
    provider = Provider()
    assert call(provider, Stores(), b"x" * LARGEST).status_code == 200
    assert call(provider, Stores(), b"x" * (LARGEST + 1)).status_code == 413
    assert len(provider.read_with) == 1


def test_given_a_body_without_a_length_when_it_never_ends_then_reading_stops() -> None:
    given = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal given
        for _ in range(1000):
            given += 1
            yield b"x" * 65536

    provider = Provider()
    assert call(provider, Stores(), endless()).status_code == 413
    assert (provider.read_with, given < 1000) == ([], True)


@pytest.mark.parametrize("length", ["abc", "-1", "²", "9" * 30])
def test_given_a_lying_length_when_posted_then_nothing_breaks(length: str) -> None:
    answers = []

    async def run() -> None:
        app = Starlette(routes=Webhooks([Provider()], Stores()).routes())
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/webhooks/memory",
            "raw_path": b"/webhooks/memory",
            "query_string": b"",
            "headers": [(b"content-length", length.encode("latin-1"))],
        }

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": b"{}", "more_body": False}

        async def send(message: Mapping[str, object]) -> None:
            answers.append(message.get("status"))

        await app(scope, receive, send)

    asyncio.run(run())
    assert answers[0] in (200, 413)
