"""For whoever watches over the service: alive, ready, looked at in earnest, counted."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.access import Access, Route
from bot.watch.deep import Deep, Level, worst
from bot.watch.metrics import Metrics

#: Addresses of this machine, and headers that tell of somebody in between who is asked for others.
_HERE = ("127.0.0.1", "::1")
_BETWEEN = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")
#: As Prometheus wants it.
_TEXT = "text/plain; version=0.0.4; charset=utf-8"
_PRIVATE = {"Cache-Control": "no-store"}

#: Whether an admin is signed in.
IsAdmin = Callable[[Request], Awaitable[bool]]


class Watched:
    """What is known of the service, and who may know it."""

    def __init__(self, token: str, deep: Deep, metrics: Metrics, is_admin: IsAdmin) -> None:
        """`token`: lets programs of other machines ask; without one only this machine may."""
        self.deep, self.metrics, self._is_admin = deep, metrics, is_admin
        self._token = token

    def by_program(self, request: Request) -> bool:
        """From this machine itself, or with the token."""
        given = request.headers.get("authorization", "")
        if self._token and hmac.compare_digest(given.encode(), f"Bearer {self._token}".encode()):
            return True
        straight = not any(name in request.headers for name in _BETWEEN)
        return straight and request.client is not None and request.client.host in _HERE

    async def may_look(self, request: Request) -> bool:
        """The same, or an admin."""
        return self.by_program(request) or await self._is_admin(request)


class Health:
    """Four addresses."""

    def __init__(self, readiness: Callable[[], str], watched: Watched) -> None:
        self._readiness, self._watched = readiness, watched

    def routes(self) -> list[Route]:
        """Alive and ready are everybody's."""
        return [
            Route("/health/live", self.live, access=Access.PUBLIC),
            Route("/health/ready", self.ready, access=Access.PUBLIC),
            Route("/health/deep", self.deep, access=Access.PROGRAM),
            Route("/metrics", self.metrics, access=Access.PROGRAM),
        ]

    async def live(self, request: Request) -> Response:
        """The process serves."""
        return JSONResponse({"status": "live"})

    async def ready(self, request: Request) -> Response:
        """The engine answers. 503 where it does not, or where the database does not tell."""
        try:
            engine = await asyncio.to_thread(self._readiness)
        except Exception as error:
            return JSONResponse({"engine": "unknown", "error": type(error).__name__}, status_code=503)
        return JSONResponse({"engine": engine}, status_code=200 if engine == "ready" else 503)

    async def deep(self, request: Request) -> Response:
        """Every check; 503 where citizens are not served, 200 also where somebody should look."""
        if not await self._watched.may_look(request):
            return _refused()
        checks = await asyncio.to_thread(self._watched.deep.look)
        level = worst(checks)
        told = [{"name": check.name, "status": check.level.value, "detail": check.told} for check in checks]
        shown = {"status": level.value, "checks": told}
        return JSONResponse(shown, status_code=503 if level is Level.FAILED else 200, headers=_PRIVATE)

    async def metrics(self, request: Request) -> Response:
        """Everything that is counted."""
        if not self._watched.by_program(request):
            return _refused()
        body = await asyncio.to_thread(self._watched.metrics.text)
        return PlainTextResponse(body, media_type=_TEXT, headers=_PRIVATE)


def _refused() -> Response:
    headers = {"WWW-Authenticate": 'Bearer realm="motcua"', **_PRIVATE}
    return JSONResponse({"error": "MOTCUA_METRICS_TOKEN"}, status_code=401, headers=headers)
