"""What channels that speak HTTP share."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from bot.channels.http import Backoff, download, loads, same
from bot.errors import FetchFailed, NotReadable


def test_given_a_broken_line_when_downloaded_then_the_address_is_not_told() -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout(f"trouble with {request.url}")

    async def run() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(broken)) as http:
            await download(http, "https://zdn.vn/" + "private" * 2, "https://api.test", 10)

    with pytest.raises(FetchFailed) as caught:
        asyncio.run(run())
    assert not caught.value.for_good
    assert "privateprivate" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(("given", "secret", "proven"), [("a", "a", True), ("a", "b", False), ("", "", False)])
def test_given_a_header_when_compared_then_only_the_secret_is_proof(given: str, secret: str, proven: bool) -> None:
    assert same(given, secret) is proven


def test_given_halves_of_characters_when_loaded_then_any_database_takes_them() -> None:
    assert loads(rb'{"a\u0000": ["\ud800b", 1, null]}') == {"a": ["?b", 1, None]}


def test_given_no_json_when_loaded_then_the_error_holds_nothing_of_it() -> None:
    with pytest.raises(NotReadable) as caught:
        loads(b"secret words")
    assert caught.value.__context__ is None


def test_given_trouble_after_trouble_when_waiting_then_longer_each_time_up_to_a_limit() -> None:
    waits: list[float] = []

    async def run() -> None:
        async def note(seconds: float) -> None:
            waits.append(seconds)

        backoff = Backoff(5, note)
        for _ in range(5):
            await backoff.wait()
        backoff.over()
        await backoff.wait()

    asyncio.run(run())
    for waited, most in zip(waits, (1, 2, 4, 5, 5, 1), strict=True):
        assert most / 2 <= waited <= most


@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://127.0.0.1/a",
            "http://2130706433/a",
            "http://0x7f.1/a",
            "http://[::1]/a",
            "http://[::ffff:127.0.0.1]/a",
        ),
        *(
            "http://169.254.169.254/latest/meta-data",
            "http://10.0.0.1/a",
            "http://localhost/a",
            "http://motcua.internal/a",
        ),
        *("https://zdn.vn.evil.vn/a", "https://evilzdn.vn/a", "https://zdn.vn@evil.vn/a", "https://evil.vn/zdn.vn"),
        *("https://evil.vn#.zdn.vn", "https://evil.vn\\.zdn.vn/a", "https://zdn.vn:22/a", "https://api.test:444/a"),
        *("file:///etc/passwd", "gopher://zdn.vn/a", "ftp://zdn.vn/a", "//zdn.vn/a", "zdn.vn/a", "", "\0", "http://"),
    ],
)
def test_given_an_address_that_a_forged_message_holds_when_fetched_then_nothing_is_asked(url: str) -> None:
    with pytest.raises(FetchFailed) as caught:
        fetched(url, lambda request: httpx.Response(200, content=b"secret"))
    assert caught.value.for_good


@pytest.mark.parametrize("place", ["http://127.0.0.1/a", "https://evil.vn/a", "//evil.vn/a", "file:///etc/passwd"])
def test_given_a_good_address_that_sends_us_elsewhere_when_fetched_then_we_do_not_go(place: str) -> None:
    asked: list[str] = []

    def send_on(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(302, headers={"location": place})

    with pytest.raises(FetchFailed):
        fetched("https://f1.photo.zdn.vn/a", send_on)
    assert asked == ["f1.photo.zdn.vn"]


def test_given_a_file_without_end_when_fetched_then_reading_stops() -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield b"x" * 1000

    with pytest.raises(FetchFailed) as caught:
        fetched("https://zdn.vn/a", lambda request: httpx.Response(200, content=endless()), most=5_000)
    assert caught.value.for_good and taken <= 6


def fetched(url: str, answer: Callable[[httpx.Request], httpx.Response], most: int = 100) -> bytes:
    async def run() -> bytes:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
            return await download(http, url, "https://api.test", most)

    return asyncio.run(run())
