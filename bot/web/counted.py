"""Each request gets a name that its log lines, its answer and its error page tell, and is counted by its route."""

from __future__ import annotations

import re
import secrets
import time

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.watch.metrics import Metrics, kind_of

HEADER = "X-Request-Id"
#: A name that whoever stands before us has given; nothing else is taken over into logs and pages.
_GIVEN = re.compile(r"[A-Za-z0-9-]{8,64}")
#: Letters and digits that nobody mistakes when a citizen reads them out.
_CLEAR = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LENGTH = 8
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"))


class Counted:
    """Outermost of all: it sees what all others have made of a request."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        named, started = _name(scope), time.perf_counter()
        scope.setdefault("state", {})["request_id"] = named

        async def begun(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = named
                self._count(scope, message["status"], time.perf_counter() - started)
            await send(message)

        # Also what is logged in threads that the request waits for.
        with structlog.contextvars.bound_contextvars(request=named):
            await self._app(scope, receive, begun)
        return None

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "other")
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._metrics.requests.labels(route, method, str(status)).inc()
        self._metrics.seconds.labels(route).observe(seconds)
        if status in (401, 403):
            self._metrics.refused.labels(kind_of(route)).inc()
        if status == 429:
            self._metrics.limited.labels(route).inc()


def name_of(request: Request) -> str:
    """The name of a request; empty for one that did not come through here."""
    return str(getattr(request.state, "request_id", ""))


def _name(scope: Scope) -> str:
    given = Headers(scope=scope).get(HEADER, "")
    if _GIVEN.fullmatch(given):
        return given
    # One way to the kernel instead of eight: while a thread is there, another takes its place.
    return "".join(_CLEAR[byte % len(_CLEAR)] for byte in secrets.token_bytes(_LENGTH))
