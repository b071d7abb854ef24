"""The site: addresses, static files, what stands before them, and honest pages when something is wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

import structlog
from sqlalchemy.engine import Engine
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Lifespan, Message, Receive, Scope, Send

from bot import logs
from bot.access import Route
from bot.handover.transcript import TranscriptPages
from bot.privacy.pages import PrivacyPages
from bot.scam.pages import OfficialPages
from bot.settings import Settings
from bot.web.answered import Answered
from bot.web.api import CHANNEL, Api
from bot.web.assets import Assets, renderer
from bot.web.chat import Chat
from bot.web.counted import Counted, name_of
from bot.web.embed import Embed
from bot.web.files import FilePages
from bot.web.headers import Headers, Policies
from bot.web.health import Health, Watched
from bot.web.limits import Limits
from bot.web.pace import Pace
from bot.web.pacing import Pacing
from bot.web.pages import Pages, Render, new_message_id
from bot.web.place import FRAME, in_frame, is_framed, on_site
from bot.web.sheets import Sheets
from bot.web.sizes import Sizes
from bot.web.spoken import of_browser
from bot.web.trouble import RETRY_AFTER, status_of
from bot.words import words
from procedures.catalogue import current_view

log = structlog.get_logger()

_HERE = Path(__file__).parent
#: Errors that have words of their own; others are told as 400 or 500. An address and headers can be too large as well.
_TOLD = {status: status for status in (400, 403, 404, 405, 408, 413, 429, 500, 503)} | {414: 413, 431: 413}


def site(
    settings: Settings,
    database: Engine,
    chat: Chat,
    lifespan: Lifespan[Starlette] | None,
    watched: Watched,
    more: Sequence[Route] = (),
) -> Starlette:
    """The web chat and the checklists as an ASGI application; `more` are addresses of others, such as webhooks."""
    assets = Assets(_HERE / "static")
    render = renderer(_HERE / "templates", asset=assets.address, new_message_id=new_message_id)
    errors = Errors(render)
    limits = Limits()
    pacing = Pacing(database, limits)
    pages = [Pages(settings, chat, place, render, pacing) for place in (on_site(settings), in_frame(settings))]
    sheets = Sheets(settings, database, render)
    return Starlette(
        routes=[
            *(route for page in pages for route in page.routes()),
            *Embed(settings, render).routes(),
            *sheets.routes(),
            *TranscriptPages(settings, database, render).routes(),
            *FilePages(database, Path(settings.media)).routes(),
            *PrivacyPages(settings, database, render).routes(),
            *OfficialPages(settings, database, render).routes(),
            # The catalogue that answers are looked up in: a second index would take as much memory again.
            *Api(database, chat.on(CHANNEL), current_view, limits).routes(),
            *Health(chat.readiness, watched).routes(),
            *more,
            assets.route(),
        ],
        middleware=[
            Middleware(Counted, watched.metrics),
            Middleware(Headers, Policies(settings)),
            Middleware(GZipMiddleware, compresslevel=6),
            Middleware(Calm, errors),
            Middleware(Pace, limits, errors.page),
            Middleware(Sizes, errors.page),
        ],
        exception_handlers={HTTPException: errors.told},
        lifespan=lifespan,
    )


class Errors:
    """What happened and what to do, in plain words."""

    def __init__(self, render: Render) -> None:
        self._render = render

    async def told(self, request: Request, error: Exception) -> Response:
        """The page of an error that was foreseen; one that brings its own answer has it."""
        if isinstance(error, Answered):
            return error.response
        assert isinstance(error, HTTPException)  # noqa: S101  # as it is registered
        return self.page(request, error.status_code, error.headers)

    def page(self, request: Request, status: int, headers: Mapping[str, str] | None = None) -> Response:
        """A page; for a script, one line of text."""
        told = _TOLD.get(status, 400 if status < 500 else 500)
        # Whoever did nothing wrong should read why they have to wait.
        language = of_browser(request) if status == 429 else "vi"
        if request.headers.get("hx-request") == "true":
            return PlainTextResponse(words().say(f"page.{told}.what", language), status, headers)
        home = FRAME if is_framed(request.url.path) else "/"
        # A name by which whoever runs it finds the request in the log.
        shown = {"home": home, "language": language, "code": name_of(request) if status >= 500 else ""}
        return HTMLResponse(self._render("error.html", status=told, **shown), status, headers)


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
            # Its route, not its address: that may hold the secret of a link.
            route = getattr(scope.get("route"), "path", "other")
            log.error("request_failed", route=route, error=type(error).__name__, where=logs.where(error))
            if not watched.started:
                status = status_of(error)
                again = {"Retry-After": RETRY_AFTER} if status == 503 else None
                await self._errors.page(Request(scope), status, again)(scope, receive, send)
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
