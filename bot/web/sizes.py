"""How large a request may be, by kind of address, and how slow. Counted while it comes, before anything is parsed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.body import LARGEST

#: The page of an error: request, status.
Page = Callable[[Request, int], Response]

_KIB, _MIB = 1024, 1024 * 1024
#: Largest bodies, in bytes, by the beginning of an address; the first that fits counts. Each page has a limit of its
#: own below these, which it tells in its own words: they hold for whatever reads a body without one.
CEILINGS = (
    ("/webhooks/", 512 * _KIB),
    ("/admin/import", 65 * _MIB),
    ("/admin", 33 * _MIB),
    ("/desk", 33 * _MIB),
    ("/login", 256 * _KIB),
    ("", LARGEST),
)
#: Bytes of all headers, and of what follows the question mark.
MOST_HEADERS, MOST_QUERY = 16 * _KIB, 8 * _KIB
#: Seconds without a byte of a body, and until it is whole: 64 MiB over a thin line.
_SILENCE, _WHOLE = 30.0, 900.0


class Sizes:
    """Refuses what is too large; `page` tells it."""

    def __init__(self, app: ASGIApp, page: Page) -> None:
        self._app, self._page = app, page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        status = _unfit(scope)
        if status:
            return await self._page(Request(scope), status)(scope, receive, send)
        return await self._app(scope, _Bounded(receive, ceiling(scope["path"])), send)


class _Bounded:
    """A `receive` that raises HTTPException 413 for a body that is too large, 408 for one that does not come."""

    def __init__(self, receive: Callable[[], Awaitable[Message]], most: int) -> None:
        self._receive, self._left = receive, most
        self._whole, self._until = False, 0.0

    async def __call__(self) -> Message:
        if self._whole:
            # What is waited for now is the end of the connection.
            return await self._receive()
        message = await self._next()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise HTTPException(413)
        self._whole = not message.get("more_body", False)
        return message

    async def _next(self) -> Message:
        self._until = self._until or time.monotonic() + _WHOLE
        try:
            return await asyncio.wait_for(self._receive(), min(_SILENCE, self._until - time.monotonic()))
        except asyncio.TimeoutError:
            raise HTTPException(408) from None


def ceiling(path: str) -> int:
    """Bytes of the largest body at an address."""
    return next(most for begin, most in CEILINGS if path.startswith(begin))


def _unfit(scope: Scope) -> int:
    """The status by which a request is refused before its body is looked at; 0 for one that is fine."""
    if len(scope.get("query_string", b"")) > MOST_QUERY:
        return 414
    return 431 if sum(len(name) + len(value) for name, value in scope["headers"]) > MOST_HEADERS else 0
