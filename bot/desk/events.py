"""The stream of an open page: its list, its case and new lines, the moment they change."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.access import Route
from bot.accounts.people import Person, Role
from bot.desk import transcript
from bot.desk.directory import Directory
from bot.desk.frame import Frame
from bot.desk.pages import Look, Pages, look_of
from bot.desk.transcript import Line
from bot.post.clock import now
from bot.post.wake import DESK, rung
from bot.post.wake import conversation as transcript_of

#: Seconds between two looks without a hint: times in words move on, and a hint may come from another machine.
LOOK_EVERY = 10.0
#: Seconds within which several changes of the list become one, and between two comments that keep a stream open.
_TOGETHER, _PING = 0.4, 15
#: Milliseconds after which a browser comes back to a broken stream.
_COME_BACK = 1500
#: A line that may still be on its way when its page is made.
_YOUNG = timedelta(minutes=5)
#: Newest lines whose delivery and corrections are followed.
_FOLLOWED = 30


Changes = Callable[..., list[ServerSentEvent]]


@dataclass
class Shown:
    """What a page shows by now."""

    look: Look
    case_id: int
    conversation_id: int
    after: int
    event: int
    #: Lines can be corrected on its channel.
    edits: bool = False
    parts: dict[str, str] = field(default_factory=dict)
    lines: dict[int, Line] = field(default_factory=dict)


class Events:
    """One stream a page."""

    def __init__(self, frame: Frame, directory: Directory, pages: Pages) -> None:
        self._frame, self._directory, self._pages = frame, directory, pages

    def routes(self) -> list[Route]:
        """The stream, and a short answer to whether somebody is still signed in."""
        return [
            Route("/desk/events", self.events, access=Role.OFFICER),
            Route("/desk/signed-in", self.signed_in, access=Role.OFFICER),
        ]

    async def signed_in(self, request: Request) -> Response:
        """204; the gate says otherwise."""
        await self._frame.person(request)
        return Response(status_code=204)

    async def events(self, request: Request) -> Response:
        """What has changed since the page was made, and from then on."""
        person = await self._frame.person(request)
        told = request.query_params
        case_id, after, event = (_count(told.get(name)) for name in ("case", "after", "event"))
        after = _count(request.headers.get("last-event-id")) or after
        shown = Shown(look_of(told), case_id, 0, after, event)
        if case_id:
            case = await asyncio.to_thread(self._pages.shown, person, case_id)
            shown.conversation_id, shown.edits = case.conversation_id, self._pages.edits(case)
        return EventSourceResponse(self._stream(request, person, shown), ping=_PING, sep="\n")

    async def _stream(self, request: Request, person: Person, shown: Shown) -> AsyncIterator[ServerSentEvent]:
        yield ServerSentEvent(comment="", retry=_COME_BACK, sep="\n")
        wake, said = self._frame.wake, transcript_of(shown.conversation_id)
        with wake.loop_event(said) as spoken, wake.loop_event(DESK) as moved, wake.loop_event(said, DESK) as either:
            _ring(spoken, moved)
            while True:
                either.clear()
                since = time.monotonic()
                try:
                    person = await self._frame.person(request)
                except HTTPException:
                    return
                for one in await self._when(spoken, 0, self._case, person, shown):
                    yield one
                # Pages that all look in one moment keep each other waiting, and what is said waits with them.
                for one in await self._when(moved, _TOGETHER, self._list, person, shown, since):
                    yield one
                if not await rung(either, LOOK_EVERY):
                    _ring(spoken, moved)

    async def _when(self, told: asyncio.Event, within: float, look: Changes, *what: Any) -> list[ServerSentEvent]:
        """What a look brings that somebody has asked for, some moment within so many seconds."""
        if not told.is_set():
            return []
        told.clear()
        await asyncio.sleep(random.uniform(0, within))  # noqa: S311  # no secret
        return await asyncio.to_thread(look, *what)

    def _list(self, person: Person, shown: Shown, since: float) -> list[ServerSentEvent]:
        told = self._pages.listed(person, shown.look, shown.case_id, since)
        return self._part(shown, "list", self._frame.render("rows.html", person.locale, person=person, **told))

    def _case(self, person: Person, shown: Shown) -> list[ServerSentEvent]:
        if not shown.case_id:
            return []
        found = self._lines(person, shown)
        case = self._pages.shown(person, shown.case_id)
        html = self._frame.render("state.html", person.locale, person=person, case=case)
        return [*found, *self._part(shown, "state", html)]

    def _part(self, shown: Shown, name: str, html: str) -> list[ServerSentEvent]:
        """A part of the page, where it is not what the page shows."""
        if shown.parts.get(name) == html:
            return []
        shown.parts[name] = html
        return [ServerSentEvent(html, event=name, sep="\n")]

    def _lines(self, person: Person, shown: Shown) -> list[ServerSentEvent]:
        """New lines and happenings, and those that look otherwise than before."""
        with self._frame.reading.connect() as connection:
            whose = (connection, self._directory, shown.conversation_id)
            latest = transcript.lines(*whose, newest=_FOLLOWED)
            new = transcript.lines(*whose, after=shown.after)
            done = transcript.happenings(*whose, after=shown.event)
        changed = [one for one in latest if one.id <= shown.after and _moved(one, shown)]
        shown.lines = {one.id: one for one in latest}
        shown.after = max([shown.after, *(one.id for one in new)])
        shown.event = max([shown.event, *(one.id for one in done)])
        items: list[transcript.Item] = sorted([*changed, *new, *done], key=lambda one: one.at)
        return [self._item(person, one, shown) for one in items]

    def _item(self, person: Person, item: transcript.Item, shown: Shown) -> ServerSentEvent:
        told = {"item": item, "person": person, "case_id": shown.case_id, "edits": shown.edits}
        html = self._frame.render("item.html", person.locale, **told)
        return ServerSentEvent(html, event="line", id=str(shown.after), sep="\n")


def _ring(*events: asyncio.Event) -> None:
    for event in events:
        event.set()


def _moved(line: Line, shown: Shown) -> bool:
    """At the first look nobody knows what the page shows of a line: of a young one it may be no longer true."""
    before = shown.lines.get(line.id)
    return before != line if before else now() - line.at < _YOUNG


def _count(told: str | None) -> int:
    return int(told) if told and told.isascii() and told.isdigit() and len(told) < 10 else 0
