"""What channels that speak HTTP share: proof of the sender, bodies, files by their address, waiting."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import random
import re
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import structlog

from bot.errors import FetchFailed, NotReadable

log = structlog.get_logger()

#: Waits so many seconds; tests give one that does not.
Sleep = Callable[[float], Awaitable[object]]

#: Where Zalo keeps what people send, with all hosts below these.
_ZALO = ("zdn.vn", "zadn.vn", "zapps.me", "zaloplatforms.com", "zalo.me", "zaloapp.com", "dlmd.me")
#: Names of hosts, and nothing that another program could read otherwise. An address by number is on no list.
_HOST = re.compile(r"[a-z0-9.-]+")
#: Seconds that one file may take, and the addresses it may be sent on to.
_WHOLE_DOWNLOAD, _MOST_HOPS = 60.0, 3
#: Errors of httpx after which the request has certainly not reached the provider.
NOT_REACHED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


def quiet() -> None:
    """Keeps addresses out of the log: Telegram's and Zalo's hold the token, a file's is as good as the file."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)


def same(given: str, secret: str) -> bool:
    """Whether a header proves its sender, in constant time. Without a secret nothing is proof."""
    return bool(secret) and hmac.compare_digest(given.encode("utf-8", "replace"), secret.encode())


def loads(body: bytes) -> Any:
    """JSON whose texts any database takes. Raises NotReadable."""
    try:
        return storable(json.loads(body))
    except (ValueError, RecursionError):
        pass
    raise NotReadable("not JSON")


def storable(value: Any) -> Any:
    """JSON's values with texts that any database takes."""
    # JSON may hold half a surrogate pair and NUL. UTF-8 and PostgreSQL refuse them: nobody could keep such a message.
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\0", "")
    if isinstance(value, list):
        return [storable(one) for one in value]
    return {storable(k): storable(v) for k, v in value.items()} if isinstance(value, dict) else value


async def download(http: httpx.AsyncClient, url: str, api: str, most: int) -> bytes:
    """A file at an address that a message on Zalo holds, of at most so many bytes. Raises FetchFailed.

    Only Zalo's hosts and the `api` that we call anyway: an address elsewhere, or sent on elsewhere, is refused, since
    a forged message could make us read the office's own network.
    """
    try:
        return await asyncio.wait_for(_follow(http, url, api, most), _WHOLE_DOWNLOAD)
    except (httpx.HTTPError, asyncio.TimeoutError) as error:
        reason = f"download {type(error).__name__}"
    # Outside of `except`: what httpx says shows the address, and would be chained.
    raise FetchFailed(reason)


async def _follow(http: httpx.AsyncClient, url: str, api: str, most: int) -> bytes:
    for _ in range(_MOST_HOPS + 1):
        headers = {"accept-encoding": "identity"}
        async with http.stream("GET", allowed(url, api), headers=headers, follow_redirects=False) as answer:
            if not answer.has_redirect_location:
                return await _body(answer, most)
            url = _next(answer)
    raise FetchFailed("download redirects", for_good=True)


def allowed(url: str, api: str) -> httpx.URL:
    """The address, where it is one of Zalo's or lies where `api` does. Raises FetchFailed."""
    try:
        parsed, ours = httpx.URL(url), httpx.URL(api)
    except (httpx.InvalidURL, TypeError, ValueError):
        parsed = ours = httpx.URL()
    own = (parsed.scheme, parsed.host, parsed.port) == (ours.scheme, ours.host, ours.port)
    zalos = parsed.port is None and any(parsed.host == host or parsed.host.endswith(f".{host}") for host in _ZALO)
    plain = _HOST.fullmatch(parsed.host)
    if parsed.scheme not in ("http", "https") or not plain or not (own or zalos):
        raise FetchFailed("download host", for_good=True)
    return parsed


def _next(answer: httpx.Response) -> str:
    try:
        return str(answer.url.join(answer.headers["location"]))
    except (httpx.InvalidURL, ValueError):
        return ""


async def _body(answer: httpx.Response, most: int) -> bytes:
    if answer.status_code != 200:
        # 401, 403, 404 and 410: the link has run out, and no new one comes.
        gone = answer.status_code < 500 and answer.status_code not in (408, 425, 429)
        raise FetchFailed(f"download {answer.status_code}", for_good=gone)
    # It was asked for unpacked: a small answer could unpack to more than memory holds.
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise FetchFailed("download packed", for_good=True)
    body = bytearray()
    async for chunk in answer.aiter_bytes():
        body += chunk
        if len(body) > most:
            raise FetchFailed("download size", for_good=True)
    return bytes(body)


class Backoff:
    """Waits longer each time, unevenly so that many who failed together do not come back together."""

    def __init__(self, most: float, sleep: Sleep = asyncio.sleep) -> None:
        """`most`: seconds of the longest wait."""
        self._most = most
        self._sleep = sleep
        self._failures = 0

    def over(self) -> None:
        """It works again; the next wait is short."""
        self._failures = 0

    async def wait(self) -> None:
        """Between half and all of 1, 2, 4… seconds."""
        self._failures += 1
        seconds = min(2.0 ** min(self._failures - 1, 16), self._most)
        await self._sleep(seconds * random.uniform(0.5, 1.0))  # noqa: S311


async def until_works(step: Callable[[], Awaitable[object]], backoff: Backoff, event: str) -> None:
    """Does it again and again until it raises nothing; each failure is logged as this event."""
    while True:
        try:
            await step()
            return
        except Exception as error:
            log.warning(event, error=type(error).__name__)
        await backoff.wait()
