"""Too many requests from one address are told to come later. Providers are never: they would only come again."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.web.limits import Limits, address_of

log = structlog.get_logger()

#: The page of an error: request, status, headers.
Page = Callable[[Request, int, Mapping[str, str]], Response]

#: Files in memory, those who watch over the service, and addresses that count by other names: /api/v1 by key.
_FREE = ("/static/", "/desk/static/", "/admin/static/", "/embed.js", "/health", "/metrics", "/webhooks/", "/api/v1")
_STREAMS = ("/events", "/embed/events")
_LOGINS = "/login"
#: Seconds after which a stream that found no room is tried again.
_FULL = 30


class Pace:
    """Counts requests by address; `page` tells those who are too fast."""

    def __init__(self, app: ASGIApp, limits: Limits, page: Page) -> None:
        self._app, self._limits, self._page = app, limits, page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or scope["path"].startswith(_FREE):
            return await self._app(scope, receive, send)
        address = address_of(scope)
        wait = self._limits.address.take(address)
        if not wait and scope["method"] == "POST" and scope["path"].startswith(_LOGINS):
            wait = self._limits.logins.take(address)
        if wait:
            return await self._refuse(scope, receive, send, wait)
        if scope["path"] not in _STREAMS:
            return await self._app(scope, receive, send)
        with self._limits.streams.entered(address) as room:
            if room:
                return await self._app(scope, receive, send)
        return await self._refuse(scope, receive, send, _FULL)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, wait: int) -> None:
        log.info("too_many_requests", path=scope["path"].split("/")[1][:20], wait=wait)
        await self._page(Request(scope), 429, {"Retry-After": str(wait)})(scope, receive, send)
