"""Files that citizens sent: Zalo's hosts alone, and never more than asked for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from bot.channels import http
from bot.conversation import Attachment, Kind
from bot.errors import FetchFailed
from tests.bot.channels.zalo_oa.support import API, channel
from tests.fakes.zalo_oa import ZaloOaFake

Answer = httpx.Response | Exception


class Files(httpx.AsyncBaseTransport):
    """Answers each request with the next answer, and notes what was asked."""

    def __init__(self, *answers: Answer) -> None:
        self.answers, self.asked = list(answers), list[str]()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def fetched(ref: str, *answers: Answer, most: int = 1000) -> bytes:
    return asyncio.run(channel(Files(*answers)).fetch(Attachment(Kind.FILE, ref), most))


def failure(ref: str, *answers: Answer, most: int = 1000) -> FetchFailed:
    with pytest.raises(FetchFailed) as caught:
        fetched(ref, *answers, most=most)
    assert ref not in str(caught.value)
    return caught.value


def moved(location: str) -> httpx.Response:
    return httpx.Response(302, headers={"location": location})


def file(body: bytes = b"body") -> httpx.Response:
    return httpx.Response(200, content=body)


@pytest.mark.parametrize("host", ["f6.photo.talk.zdn.vn", "zdn.vn", "a.zadn.vn", "zalo.me", "s.zaloapp.com", "dlmd.me"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_given_a_host_of_zalos_when_a_file_is_fetched_then_it_comes(scheme: str, host: str) -> None:
    assert fetched(f"{scheme}://{host}/a/b.docx", file()) == b"body"


@pytest.mark.parametrize(
    "ref",
    [
        "http://127.0.0.1/a",
        "http://169.254.169.254/latest/meta-data",
        "http://zdn.vn.evil.test/a",
        "http://evilzdn.vn/a",
        "http://zdn.vn@evil.test/a",
        "http://zdn.vn:8080/a",
        "http://openapi.test/a",
        f"{API}:444/a",
        "ftp://zdn.vn/a",
        "file:///etc/passwd",
        "//zdn.vn/a",
        "/etc/passwd",
        "http://",
        "http://[::1",
        "http://\ud800.zdn.vn/",
        "http://zdn.vn/\0",
        "x" * 70_000,
    ],
)
def test_given_an_address_elsewhere_when_a_file_is_fetched_then_nobody_is_asked(ref: str) -> None:
    files = Files()
    with pytest.raises(FetchFailed) as caught:
        asyncio.run(channel(files).fetch(Attachment(Kind.FILE, ref), 1000))
    assert (caught.value.for_good, files.asked) == (True, [])


def test_given_a_redirect_to_another_host_of_zalos_when_a_file_is_fetched_then_it_is_followed() -> None:
    assert fetched("http://zdn.vn/a", moved("/b"), moved("https://dlmd.me/c.pdf"), file()) == b"body"


@pytest.mark.parametrize("location", ["http://127.0.0.1/", "//evil.test/", "file:///etc/passwd"])
def test_given_a_redirect_elsewhere_when_a_file_is_fetched_then_it_fails_for_good(location: str) -> None:
    assert failure("http://zdn.vn/a", moved(location)).for_good


def test_given_redirects_without_end_when_a_file_is_fetched_then_it_fails_for_good() -> None:
    assert failure("http://zdn.vn/a", *[moved("/a")] * 9).for_good


def test_given_a_file_of_the_limit_when_it_is_fetched_then_it_comes_and_one_byte_more_does_not() -> None:
    assert fetched("http://zdn.vn/a", file(b"x" * 1000)) == b"x" * 1000
    assert failure("http://zdn.vn/a", file(b"x" * 1001)).for_good


def test_given_a_file_without_end_when_it_is_fetched_then_the_rest_is_not_read() -> None:
    read: list[int] = []

    async def endless() -> AsyncIterator[bytes]:
        while True:
            read.append(1)
            yield b"x" * 100

    class Endless(httpx.AsyncByteStream):
        def __aiter__(self) -> AsyncIterator[bytes]:
            return endless()

    assert failure("http://zdn.vn/a", httpx.Response(200, stream=Endless())).for_good
    assert len(read) == 11


def test_given_a_packed_file_when_it_is_fetched_then_it_is_not_unpacked() -> None:
    packed = httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(b"x"))
    assert failure("http://zdn.vn/a", packed).for_good


@pytest.mark.parametrize(
    ("answer", "for_good"),
    [
        *[(httpx.Response(status), True) for status in (204, 304, 400, 401, 403, 404, 410)],
        *[(httpx.Response(status), False) for status in (408, 429, 500, 502, 503)],
        (httpx.ReadTimeout("http://zdn.vn/a"), False),
        (httpx.ConnectError("http://zdn.vn/a"), False),
        (httpx.RemoteProtocolError("http://zdn.vn/a"), False),
    ],
)
def test_given_no_file_when_it_is_fetched_then_the_failure_says_whether_again(answer: Answer, for_good: bool) -> None:
    assert failure("http://zdn.vn/a", answer).for_good is for_good


def test_given_a_slow_host_when_a_file_is_fetched_then_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await asyncio.sleep(60)
            raise AssertionError

    monkeypatch.setattr(http, "_WHOLE_DOWNLOAD", 0.01)
    with pytest.raises(FetchFailed) as caught:
        asyncio.run(channel(Slow()).fetch(Attachment(Kind.FILE, "http://zdn.vn/a"), 1000))
    assert not caught.value.for_good


def test_given_the_fake_when_its_file_is_fetched_then_it_comes() -> None:
    fake = ZaloOaFake()
    fake.media_base = API
    url = fake.keep(b"content", "giay.pdf", "application/pdf")
    zalo = channel(httpx.ASGITransport(app=fake))
    got = asyncio.run(zalo.fetch(Attachment(Kind.FILE, url), 1000))
    assert got == b"content"
    with pytest.raises(FetchFailed, match="404"):
        asyncio.run(zalo.fetch(Attachment(Kind.FILE, url + "x"), 1000))
