"""The chat's three addresses: the page, a message, and the stream of what is new."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import urlsplit

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Message, Receive

from bot.post.inbox import LONGEST
from bot.settings import Settings
from bot.web.chat import Chat, Said, View, read
from bot.web.session import Sessions
from bot.words import words

#: Largest body of a request, in bytes.
LARGEST = 64 * 1024
#: Newest lines that a page shows at first.
NEWEST = 60
#: Seconds between two comments that keep a stream open, and after which a browser comes back to a broken one.
PING, COME_BACK = 15, 1.5

_MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_LAST_ID = re.compile(r"[0-9]{1,9}")

# Its debug lines hold whole events: what citizens wrote.
logging.getLogger("sse_starlette").setLevel(logging.INFO)

Render = Callable[..., str]


class Pages:
    """What a browser can ask the chat for. `render` fills a template."""

    def __init__(self, settings: Settings, chat: Chat, sessions: Sessions, render: Render) -> None:
        self._origin = _origin(settings.base_url)
        self._chat = chat
        self._sessions = sessions
        self._render = render

    def routes(self) -> list[Route]:
        """The three addresses."""
        return [
            Route("/", self.show),
            Route("/messages", self.receive, methods=["POST"]),
            Route("/events", self.events),
        ]

    def show(self, request: Request) -> Response:
        """The page, with the conversation of this browser."""
        known = self._sessions.of(request)
        newest = None if "all" in request.query_params else NEWEST
        view = self._chat.view(known, newest=newest) if known else View((), False, self._chat.readiness())
        # Sent here by `receive` with a cookie that did not come back.
        trouble = "chat.no_cookies" if known is None and "cookie" in request.query_params else ""
        response = self._page(view, trouble=words().say(trouble) if trouble else "")
        self._sessions.keep(response, known or self._sessions.new())
        return response

    async def receive(self, request: Request) -> Response:
        """Takes a message in, from a form or from htmx."""
        self._refuse_strangers(request)
        said = _said(await _form(request))
        known = self._sessions.of(request)
        if said.trouble:
            return await self._refuse(request, said, known)
        address = known or self._sessions.new()
        line = await asyncio.to_thread(self._chat.receive, address, said)
        response = self._taken(request, self._render("line.html", line=line), fresh=known is None)
        self._sessions.keep(response, address)
        return response

    async def events(self, request: Request) -> Response:
        """The stream: lines after the last one that the page has, and what is under way."""
        address = self._sessions.of(request)
        if address is None:
            # Says to a browser: do not come back.
            return Response(status_code=204)
        after = _number(request.headers.get("last-event-id")) or _number(request.query_params.get("after"))
        return EventSourceResponse(self._stream(address, after), ping=PING, sep="\n", ping_message_factory=_ping)

    async def _stream(self, address: str, after: int) -> AsyncIterator[ServerSentEvent]:
        shown = None
        yield ServerSentEvent(comment="", retry=int(COME_BACK * 1000), sep="\n")
        async with contextlib.aclosing(self._chat.follow(address, after)) as views:  # type: ignore[type-var]
            async for view in views:
                for line in view.lines:
                    yield ServerSentEvent(self._render("line.html", line=line), event="line", id=str(line.id), sep="\n")
                status = self._render("status.html", view=view)
                if status != shown:
                    yield ServerSentEvent(status, event="status", sep="\n")
                shown = status

    def _taken(self, request: Request, fragment: str, fresh: bool) -> Response:
        """No script: back to the page. With it: the line, and the name for the next message."""
        # A page whose stream belongs to no session, or to another one, must start again.
        home = "/?cookie=1#last" if fresh else "/#last"
        if not _by_script(request):
            return RedirectResponse(home, status_code=303)
        if fresh:
            return Response(headers={"HX-Redirect": home})
        renewed = json.dumps({"sent": {"message_id": new_message_id()}})
        return HTMLResponse(fragment, headers={"HX-Trigger": renewed})

    async def _refuse(self, request: Request, said: Said, known: str | None) -> Response:
        numbers = {"longest": _plain(LONGEST), "length": _plain(len(said.text))}
        trouble = words().say(said.trouble, **numbers)
        if _by_script(request):
            return PlainTextResponse(trouble, status_code=422)
        view = View((), False, self._chat.readiness())
        if known:
            view = await asyncio.to_thread(self._chat.view, known, newest=NEWEST)
        return self._page(view, draft=said.text, trouble=trouble, status=422)

    def _page(self, view: View, draft: str = "", trouble: str = "", status: int = 200) -> Response:
        asked = [line.id for line in view.lines if line.author == "citizen"]
        values = {"draft": draft, "trouble": trouble, "longest": LONGEST, "last_asked": asked[-1] if asked else 0}
        content = self._render("chat.html", view=view, **values)
        return HTMLResponse(content, status_code=status, headers={"Cache-Control": "no-store"})

    def _refuse_strangers(self, request: Request) -> None:
        """Another site must not write in a citizen's name. Raises HTTPException."""
        site = request.headers.get("sec-fetch-site")
        origin = request.headers.get("origin")
        ours = {self._origin, _origin(str(request.base_url))}
        if site in ("same-origin", "none") or (site is None and (origin is None or origin in ours)):
            return
        raise HTTPException(403)


async def _form(request: Request) -> FormData:
    """The form of a request. Raises HTTPException for one that is too large."""
    if _number(request.headers.get("content-length")) > LARGEST:
        raise HTTPException(413)
    return await Request({**request.scope}, _limited(request.receive)).form(max_files=0, max_part_size=LARGEST)


def _limited(receive: Receive) -> Callable[[], Awaitable[Message]]:
    left = LARGEST

    async def limited() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(413)
        return message

    return limited


def _field(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def _said(form: FormData) -> Said:
    given = _field(form, "message_id")
    message_id = given if _MESSAGE_ID.fullmatch(given) else new_message_id()
    return read(_field(form, "text"), _field(form, "title"), _field(form, "payload"), message_id)


def new_message_id() -> str:
    """A name for the next message of a page."""
    return secrets.token_urlsafe(12)


def _number(text: str | None) -> int:
    return int(text) if text and _LAST_ID.fullmatch(text) else 0


def _plain(number: int) -> str:
    """As people here write it: 4.000."""
    return f"{number:,}".replace(",", ".")


def _by_script(request: Request) -> bool:
    return request.headers.get("hx-request") == "true"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _ping() -> ServerSentEvent:
    return ServerSentEvent(comment="", sep="\n")
