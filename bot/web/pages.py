"""The chat's three addresses: the page, a message, and the stream of what is new."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import re
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from bot.access import Access, Route
from bot.post.inbox import LONGEST
from bot.settings import Settings
from bot.web.body import field, form_of
from bot.web.chat import Chat, Said, View, read
from bot.web.lines import Line
from bot.web.origin import refuse_strangers
from bot.web.pacing import Pacing
from bot.web.place import Place
from bot.words import words

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

    def __init__(self, settings: Settings, chat: Chat, place: Place, render: Render, pacing: Pacing) -> None:
        self._base_url = settings.base_url
        self._chat = chat
        self._place = place
        self._sessions = place.sessions
        self._render = render
        self._pacing = pacing

    def routes(self) -> list[Route]:
        """The three addresses."""
        again = (
            [Route(self._place.home, self.again, access=Access.CITIZEN, methods=["POST"])] if self._place.framed else []
        )
        return [
            Route(self._place.home, self.show, access=Access.CITIZEN),
            *again,
            Route(self._place.messages, self.receive, access=Access.CITIZEN, methods=["POST"]),
            Route(self._place.events, self.events, access=Access.CITIZEN),
        ]

    def show(self, request: Request) -> Response:
        """The page, with the conversation of this browser."""
        known = self._sessions.of(request)
        # Sent here by `receive` with a cookie that did not come back.
        lost = known is None and "cookie" in request.query_params and not self._place.framed
        return self._open(known, "all" in request.query_params, words().say("chat.no_cookies") if lost else "")

    async def again(self, request: Request) -> Response:
        """The page once more. A form brings the session, which has no place in the address of a page."""
        refuse_strangers(request, self._base_url)
        form = await form_of(request)
        known = self._sessions.of(request, field(form, "session"))
        return await asyncio.to_thread(self._open, known, "all" in form)

    async def receive(self, request: Request) -> Response:
        """Takes a message in, from a form or from htmx."""
        refuse_strangers(request, self._base_url)
        form = await form_of(request)
        said, known = _said(form), self._sessions.of(request, field(form, "session"))
        if said.trouble:
            numbers = {"longest": _plain(LONGEST), "length": _plain(len(said.text))}
            return await self._refuse(request, said, known, words().say(said.trouble, **numbers))
        if too_fast := await self._pacing.of(request, known):
            return await self._refuse(request, said, known, too_fast.told, 429, {"Retry-After": str(too_fast.wait)})
        address = known or self._sessions.new()
        line = await asyncio.to_thread(self._chat.receive, address, said)
        if self._place.framed and not _by_script(request):
            # There may be no cookie by which a page that is sent for would find its conversation.
            return await self._open_later(address)
        response = self._taken(request, line, address, fresh=known is None)
        self._sessions.keep(response, address)
        return response

    async def events(self, request: Request) -> Response:
        """The stream: lines after the last one that the page has, and what is under way."""
        address = self._sessions.of(request, request.query_params.get("session", ""))
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
                for line in view.corrected:
                    # Without an id: a page that comes back goes on from the newest line that it has.
                    yield ServerSentEvent(self._line(line, address), event="line", sep="\n")
                for line in view.lines:
                    yield ServerSentEvent(self._line(line, address), event="line", id=str(line.id), sep="\n")
                status = self._render("status.html", view=view)
                if status != shown:
                    yield ServerSentEvent(status, event="status", sep="\n")
                shown = status

    def _taken(self, request: Request, line: Line, address: str, fresh: bool) -> Response:
        """No script: back to the page. With it: the line, and the name for the next message."""
        # A page whose stream belongs to no session, or to another one, must start again.
        home = "/?cookie=1#last" if fresh else "/#last"
        if not _by_script(request):
            return RedirectResponse(home, status_code=303)
        if fresh and self._place.framed:
            return Response(headers={"HX-Trigger": json.dumps({"renew": {"session": self._sessions.carry(address)}})})
        if fresh:
            return Response(headers={"HX-Redirect": home})
        renewed = json.dumps({"sent": {"message_id": new_message_id()}})
        return HTMLResponse(self._line(line, address), headers={"HX-Trigger": renewed})

    async def _refuse(
        self,
        request: Request,
        said: Said,
        known: str | None,
        trouble: str,
        status: int = 422,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Says why a message is not taken in; what was written is still there."""
        if _by_script(request):
            return PlainTextResponse(trouble, status, headers)
        response = await self._open_later(known, trouble, draft=said.text, status=status)
        response.headers.update(headers or {})
        return response

    async def _open_later(self, known: str | None, trouble: str = "", **values: Any) -> Response:
        return await asyncio.to_thread(self._open, known, False, trouble, **values)

    def _open(self, known: str | None, everything: bool, trouble: str = "", **values: Any) -> Response:
        """The page of a session, or of a new one."""
        newest = None if everything else NEWEST
        view = self._chat.view(known, newest=newest) if known else View((), False, self._chat.readiness())
        address = known or self._sessions.new()
        response = self._page(view, address, trouble, **values)
        self._sessions.keep(response, address)
        return response

    def _page(self, view: View, address: str, trouble: str, draft: str = "", status: int = 200) -> Response:
        asked = [line.id for line in view.lines if line.author == "citizen"]
        values = {"draft": draft, "trouble": trouble, "longest": LONGEST, "last_asked": asked[-1] if asked else 0}
        place = {"place": self._place, "session": self._sessions.carry(address)}
        first = self._chat.first(view.conversation_id)
        content = self._render("chat.html", view=view, first=first, **values, **place)
        return HTMLResponse(content, status_code=status, headers={"Cache-Control": "no-store"})

    def _line(self, line: Line, address: str) -> str:
        return self._render("line.html", line=line, place=self._place, session=self._sessions.carry(address))


def _said(form: FormData) -> Said:
    given = field(form, "message_id")
    message_id = given if _MESSAGE_ID.fullmatch(given) else new_message_id()
    return read(field(form, "text"), field(form, "title"), field(form, "payload"), message_id)


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


def _ping() -> ServerSentEvent:
    return ServerSentEvent(comment="", sep="\n")
