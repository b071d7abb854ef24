"""The two pages that officers live on: the list, and a case beside it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.engine import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.access import Route
from bot.accounts.people import Person, Role
from bot.desk import transcript
from bot.desk.directory import Directory
from bot.desk.frame import Frame, number
from bot.desk.lists import Row, Tab, counts, rows
from bot.desk.story import Story, see_mentions, story
from bot.handover import canned
from bot.handover.files import LARGEST
from bot.handover.suggestions import suggested
from bot.post.wake import DESK

#: Lists that are kept for the next page.
_KEPT = 20
#: Longest text that is searched for, in characters.
_QUERY = 80


@dataclass(frozen=True)
class Look:
    """Which list somebody looks at."""

    tab: Tab
    query: str = ""
    office_id: int = 0

    @property
    def address(self) -> str:
        """As parameters of an address, so that a page leads back to its list."""
        told = {"tab": self.tab.value, "q": self.query, "office": self.office_id or ""}
        return urlencode({name: value for name, value in told.items() if value})


def look_of(told: Mapping[str, str]) -> Look:
    """What an address asks for; anything strange is the first list."""
    tab = told.get("tab", "")
    office = told.get("office", "")
    known = tab in [one.value for one in Tab]
    office_id = int(office) if office.isascii() and office.isdigit() and len(office) < 8 else 0
    return Look(Tab(tab) if known else Tab.WAITING, told.get("q", "").strip()[:_QUERY], office_id)


class Pages:
    """The list and the case."""

    def __init__(self, frame: Frame, directory: Directory) -> None:
        self._frame = frame
        self._directory = directory
        #: Lists as they were read, and when; the latest first.
        self._kept: dict[Look, tuple[float, tuple[Row, ...]]] = {}
        self._lock = threading.Lock()

    def routes(self) -> list[Route]:
        """Two addresses."""
        return [
            Route("/desk", self.list, access=Role.OFFICER),
            Route("/desk/cases/{case:int}", self.case, access=Role.OFFICER),
        ]

    async def list(self, request: Request) -> Response:
        """Who waits. That somebody seeks among people is noted, and not what for: it may be a name."""
        person = await self._frame.person(request)
        if look_of(request.query_params).query:
            await asyncio.to_thread(self._frame.looks.seen, person.id, "people.sought", "")
        shown = await asyncio.to_thread(self.listed, person, look_of(request.query_params))
        return self._frame.page(request, person, "list.html", **shown)

    async def case(self, request: Request) -> Response:
        """One case, with the list beside it where there is room."""
        person = await self._frame.person(request)
        look, everything = look_of(request.query_params), "all" in request.query_params
        case_id = number(request.path_params["case"])
        shown = await asyncio.to_thread(self._case, person, case_id, look, everything)
        return self._frame.page(request, person, "case.html", **shown)

    def listed(self, person: Person, look: Look, case_id: int = 0, since: float | None = None) -> dict[str, Any]:
        """What the list's part of a page is filled with; the case is the one that is open beside it.

        `since`: what another page has read since that moment (time.monotonic) will do; None: read anew.
        """
        with self._frame.reading.connect() as connection:
            found = self._rows(connection, person, look, since)
            figures = counts(connection, self._directory, person)
        told = {"rows": found, "counts": figures, "look": look, "tabs": tuple(Tab), "case_id": case_id}
        return {**self._offices(person), **told}

    def _rows(self, connection: Connection, person: Person, look: Look, since: float | None) -> tuple[Row, ...]:
        """Fifty pages are woken by one change: the first that looks reads for all who see the same."""
        wanted = (look.tab, look.query, look.office_id)
        if since is None or not self._directory.sees_all(person) or look.tab is Tab.MINE:
            return rows(connection, self._directory, person, *wanted)
        with self._lock:
            made, found = self._kept.get(look, (0.0, ()))
            if made < since:
                made, found = time.monotonic(), rows(connection, self._directory, person, *wanted)
                self._kept = {look: (made, found), **dict(list(self._kept.items())[:_KEPT])}
        return found

    def shown(self, person: Person, case_id: int) -> Story:
        """A case as it stands. Raises HTTPException 404 where there is none for this person."""
        with self._frame.reading.connect() as connection:
            found = story(connection, self._directory, person, case_id, self._frame.abilities)
        if found is None:
            raise HTTPException(404)
        return found

    def edits(self, case: Story) -> bool:
        """Whether lines can be corrected on the channel of a case."""
        abilities = self._frame.abilities.get(case.row.channel)
        return abilities is not None and abilities.edits

    def _case(self, person: Person, case_id: int, look: Look, everything: bool) -> dict[str, Any]:
        case = self.shown(person, case_id)
        told = {"conversation": case.conversation_id}
        self._frame.looks.seen(person.id, "case.opened", str(case_id), told)
        newest = None if everything else transcript.NEWEST
        with self._frame.reading.connect() as connection:
            said = transcript.items(connection, self._directory, case.conversation_id, newest)
            helps = canned.offered(connection, person.office_id)
            site = self._frame.settings.base_url
            values = canned.values_for(connection, case_id, person, case.reply_language, site=site)
            advice = suggested(connection, case_id, case.reply_language)
        self._mentions_seen(case_id, person)
        ready = [(one, canned.filled(one, case.reply_language, values)) for one in helps]
        lines = [one for one in said if isinstance(one, transcript.Line)]
        return {
            **self.listed(person, look, case_id),
            **self._colleagues(person),
            "case": case,
            "items": said,
            "older": not everything and len(lines) >= transcript.NEWEST,
            "last": max((one.id for one in lines), default=0),
            "last_event": max((one.id for one in said if isinstance(one, transcript.Happening)), default=0),
            "most_bytes": LARGEST,
            "edits": self.edits(case),
            "canned": ready,
            "suggestions": advice,
        }

    def _mentions_seen(self, case_id: int, person: Person) -> None:
        with self._frame.reading.connect() as connection:
            called = counts(connection, self._directory, person).mentions
        if called:
            with self._frame.database.begin() as connection:
                seen = see_mentions(connection, case_id, person.id)
            if seen:
                self._frame.wake.notify(DESK)

    def _offices(self, person: Person) -> dict[str, Any]:
        offices = tuple(self._directory.offices().values())
        return {"offices": offices, "sees_all": self._directory.sees_all(person)}

    def _colleagues(self, person: Person) -> dict[str, Any]:
        others = [one for one in self._directory.people().values() if one.id != person.id]
        mine = [one for one in others if one.office_id == person.office_id]
        return {"colleagues": mine, "everybody": others}
