"""The site: addresses, static files, headers, and honest pages when something is wrong."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import structlog
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.engine import Engine
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Lifespan, Message, Receive, Scope, Send

from bot import logs
from bot.settings import Settings
from bot.web.chat import Chat
from bot.web.pages import Pages, Render, new_message_id
from bot.web.session import Sessions
from bot.web.sheets import Sheets
from bot.words import words

log = structlog.get_logger()

_HERE = Path(__file__).parent
#: Pico draws its arrows and ticks as data: pictures.
_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'self'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": browsers would then send forms with the origin "null".
    "Referrer-Policy": "same-origin",
}
_FOREVER = "public, max-age=31536000, immutable"
#: Errors that have words of their own; others are told as 400 or 500.
_TOLD = (400, 403, 404, 405, 413, 500)


def site(settings: Settings, database: Engine, chat: Chat, lifespan: Lifespan[Starlette] | None) -> Starlette:
    """The web chat and the checklists as an ASGI application."""
    assets = Assets(_HERE / "static")
    render = _renderer(assets)
    errors = Errors(render)
    health = Health(chat)
    pages = Pages(settings, chat, Sessions(settings), render)
    sheets = Sheets(settings, database, render)
    return Starlette(
        routes=[
            *pages.routes(),
            *sheets.routes(),
            *health.routes(),
            Route("/static/{digest}/{name:path}", assets.serve),
        ],
        middleware=[Middleware(Headers), Middleware(GZipMiddleware, compresslevel=6), Middleware(Calm, errors)],
        exception_handlers={HTTPException: errors.told},
        lifespan=lifespan,
    )


class Assets:
    """Static files in memory, compressed once; the address holds their hash and is good for ever."""

    def __init__(self, folder: Path) -> None:
        paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        self._files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
        self._digests = {name: hashlib.sha256(body).hexdigest()[:12] for name, body in self._files.items()}
        self._zipped = {name: gzip.compress(body, 9, mtime=0) for name, body in self._files.items()}

    def address(self, name: str) -> str:
        """Where a browser finds a file. Raises KeyError for one that is not there."""
        return f"/static/{self._digests[name]}/{name}"

    async def serve(self, request: Request) -> Response:
        """A file; one asked for by an old hash, from a page of before an update, is not kept."""
        name = request.path_params["name"]
        if name not in self._files:
            raise HTTPException(404)
        current = request.path_params["digest"] == self._digests[name]
        headers = {"Cache-Control": _FOREVER if current else "no-cache", "Vary": "Accept-Encoding"}
        body = self._files[name]
        if "gzip" in request.headers.get("accept-encoding", ""):
            body, headers["Content-Encoding"] = self._zipped[name], "gzip"
        return Response(body, media_type=mimetypes.guess_type(name)[0] or "text/plain", headers=headers)


class Health:
    """For whoever watches over the service."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    def routes(self) -> list[Route]:
        """Alive, and ready to answer."""
        return [Route("/health/live", self.live), Route("/health/ready", self.ready)]

    async def live(self, request: Request) -> Response:
        """The process serves."""
        return JSONResponse({"status": "live"})

    async def ready(self, request: Request) -> Response:
        """The engine answers."""
        engine = self._chat.readiness()
        return JSONResponse({"engine": engine}, status_code=200 if engine == "ready" else 503)


class Errors:
    """What happened and what to do, in plain words."""

    def __init__(self, render: Render) -> None:
        self._render = render

    async def told(self, request: Request, error: Exception) -> Response:
        """The page of an error that was foreseen."""
        assert isinstance(error, HTTPException)  # noqa: S101  # as it is registered
        response = self.page(request, error.status_code)
        response.headers.update(error.headers or {})
        return response

    def page(self, request: Request, status: int) -> Response:
        """A page; for a script, one line of text."""
        told = status if status in _TOLD else 400 if status < 500 else 500
        if request.headers.get("hx-request") == "true":
            return PlainTextResponse(words().say(f"page.{told}.what"), status_code=status)
        return HTMLResponse(self._render("error.html", status=told), status_code=status)


class Headers:
    """Adds the security headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update({name: value for name, value in _HEADERS.items() if name not in headers})
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


class Calm:
    """An unforeseen error becomes a page. Its kind is logged, never its text: that may hold a citizen's words."""

    def __init__(self, app: ASGIApp, errors: Errors) -> None:
        self._app = app
        self._errors = errors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        watched = _Watched(send)
        try:
            await self._app(scope, receive, watched)
            if watched.started and not watched.complete:
                # A stream that is cut off by the end of the server still ends as it should.
                await send({"type": "http.response.body", "body": b""})
        except Exception as error:
            log.error("request_failed", path=scope["path"], error=type(error).__name__, where=logs.where(error))
            if not watched.started:
                await self._errors.page(Request(scope), 500)(scope, receive, send)
        return None


class _Watched:
    """A `send` that knows whether an answer has begun, and whether it is complete."""

    def __init__(self, send: Callable[[Message], Awaitable[None]]) -> None:
        self._send = send
        self.started = self.complete = False

    async def __call__(self, message: Message) -> None:
        self.started = True
        self.complete = message["type"] == "http.response.body" and not message.get("more_body")
        await self._send(message)


def _renderer(assets: Assets) -> Render:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.globals.update(say=words().say, asset=assets.address, new_message_id=new_message_id)

    def render(template: str, **values: Any) -> str:
        return environment.get_template(template).render(values)

    return render
