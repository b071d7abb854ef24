"""Pages of what the bot did not know: the list, one gap with what would be said to it now, and what becomes of it."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.engine import Connection
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.access import Route
from bot.accounts.people import Person, Role
from bot.console import gap_deciding, gaps
from bot.console.gap_lines import WHYS, Lines
from bot.console.gaps import DAYS, Gap, Look, Seen
from bot.console.masking import bare
from bot.console.saying import Said, Saying
from bot.desk.finding import LONGEST, Finder
from bot.desk.frame import Frame, by_script
from bot.errors import DeskError
from bot.handover.lessons import INTENTS
from bot.web.body import field
from procedures.places import places

_HERE = "/admin/gaps"
#: Gaps on a page.
PAGE = 50
_NAME = re.compile(r"[0-9a-f]{16}")
#: What may be done with one, by the last word of the address.
_DEEDS = ("alias", "example", "answer", "dismiss", "reopen")


class GapPages:
    """Built once; messages that were read stay read."""

    def __init__(self, frame: Frame, lines: Lines) -> None:
        self._frame = frame
        self._lines = lines
        self._finder = Finder(frame.reading)
        self._saying = Saying(frame.database)
        self._reading = threading.Lock()

    def routes(self) -> list[Route]:
        """A gap is named by a digest of what its messages have in common."""
        one = f"{_HERE}/{{name}}"
        deeds = [Route(f"{one}/{deed}", self._taker(deed), access=Role.EDITOR, methods=["POST"]) for deed in _DEEDS]
        return [
            Route(_HERE, self.home, access=Role.EDITOR),
            Route(one, self.show, access=Role.EDITOR),
            Route(f"{one}/now", self.now, access=Role.EDITOR),
            *deeds,
        ]

    async def home(self, request: Request) -> Response:
        """Gaps of some days, the most frequent first."""
        person, look = await self._editor(request), look_of(request.query_params)
        seen = await asyncio.to_thread(self._seen, look)
        if seen.left:
            self._read_on(look.days)
        page = _page(request.query_params.get("page", "1"), len(seen.gaps))
        shown = seen.gaps[(page - 1) * PAGE : page * PAGE]
        told: dict[str, Any] = {"look": look, "seen": seen, "shown": shown, "page": page, "days": DAYS, "whys": WHYS}
        told |= {"pages": max(1, -(-len(seen.gaps) // PAGE)), "place_name": _place_name, "address": address_of}
        return self._frame.page(request, person, "gaps.html", **told)

    async def show(self, request: Request) -> Response:
        """One gap, and what may become of it."""
        person, one = await self._asked(request)
        query = request.query_params.get("q", "").strip()[:LONGEST]
        codes = [found.code for found in await asyncio.to_thread(self._finder.find, query)] if query else one.codes()
        known = await asyncio.to_thread(self._finder.known, codes[:12])
        language = next((name for name, _ in one.counts("language")), "vi")
        told: dict[str, Any] = {"gap": one, "query": query, "known": known, "intents": INTENTS, "language": language}
        sentence = bare(one.text) if one.lines else ""
        told |= {"sentence": sentence, "named": places().find(sentence).rest.strip(" ,.?!")}
        told |= {"place_name": _place_name, "text": one.text}
        told |= {"name_most": gap_deciding.LONGEST_NAME, "sentence_most": gap_deciding.LONGEST_SENTENCE}
        return self._frame.page(request, person, "gap.html", **told)

    async def now(self, request: Request) -> Response:
        """What the bot would say now: a part of the page for a script, else a page of its own."""
        person, one = await self._asked(request)
        text = bare(request.query_params.get("text", "")[:LONGEST]) or bare(one.text)
        said = await asyncio.to_thread(self._said, one, text)
        told: dict[str, Any] = {"gap": one, "said": said, "text": text}
        if not by_script(request):
            return self._frame.page(request, person, "gap_now_page.html", **told)
        html = self._frame.render("gap_now.html", person.locale, **told)
        return self._frame.done(request, f"{_HERE}/{one.name}", html)

    def _taker(self, deed: str) -> Callable[[Request], Any]:
        async def take(request: Request) -> Response:
            person, one = await self._asked(request)
            form = await self._frame.form(request)
            try:
                where = await asyncio.to_thread(self._do, deed, one, person, form)
            except DeskError as error:
                return self._frame.trouble(request, person, error)
            return self._frame.done(request, where, "", **{"HX-Redirect": where})

        return take

    def _do(self, deed: str, one: Gap, person: Person, form: FormData) -> str:
        """Does it, and gives where to go on."""
        with self._frame.database.begin() as connection:
            edit = _DO[deed](connection, one, person.id, form)
        return f"/admin/edits/{edit}" if edit and field(form, "then") != "list" else _HERE

    async def _editor(self, request: Request) -> Person:
        person = await self._frame.person(request)
        self._frame.allow(person, Role.EDITOR)
        return person

    async def _asked(self, request: Request) -> tuple[Person, Gap]:
        person, name = await self._editor(request), request.path_params["name"]
        one = await asyncio.to_thread(self._find, name) if _NAME.fullmatch(name) else None
        if one is None:
            raise HTTPException(404)
        return person, one

    def _seen(self, look: Look) -> Seen:
        with self._frame.reading.connect() as connection:
            return gaps.seen(connection, self._lines, look)

    def _find(self, name: str) -> Gap | None:
        with self._frame.reading.connect() as connection:
            return gaps.find(connection, self._lines, name)

    def _said(self, one: Gap, text: str) -> Said | None:
        language = next((name for name, _ in one.counts("language")), "vi")
        aspect = next((line.aspect for line in one.lines if line.aspect), "")
        return self._saying.say(text, aspect, language)

    def _read_on(self, days: int) -> None:
        """What a page had no time for is read behind it."""
        if self._reading.acquire(blocking=False):
            threading.Thread(target=self._read_rest, args=(days,), name="console-gaps", daemon=True).start()

    def _read_rest(self, days: int) -> None:
        try:
            while self._seen(Look(days)).left:
                # Pages go first.
                time.sleep(0.05)
        finally:
            self._reading.release()


def look_of(told: Mapping[str, str]) -> Look:
    """What an address asks for; what makes no sense is left out."""
    days = next((one for one in DAYS if str(one) == told.get("days", "")), DAYS[1])
    why = told.get("why", "") if told.get("why", "") in WHYS else ""
    rest = {name: told.get(name, "")[:16] for name in ("language", "place", "channel")}
    return Look(days, why, **rest, decided=told.get("decided", "") == "yes")


def address_of(look: Look, **changes: Any) -> str:
    """The query of a look, with some of it otherwise."""
    told = {"days": look.days, "why": look.why, "language": look.language, "place": look.place}
    told |= {"channel": look.channel, "decided": "yes" if look.decided else "", **changes}
    return "&".join(f"{name}={value}" for name, value in told.items() if value)


def _page(told: str, count: int) -> int:
    most = max(1, -(-count // PAGE))
    return min(max(1, int(told)), most) if told.isascii() and told.isdigit() and len(told) < 6 else 1


def _place_name(code: str) -> str:
    place = places().by_code(code)
    return place.name if place else code


def _alias(connection: Connection, one: Gap, staff_id: int, form: FormData) -> int:
    asked = bare(one.text) if one.lines and field(form, "ask") == "yes" else ""
    told = (field(form, "code").strip(), field(form, "text"), field(form, "language"))
    return gap_deciding.alias(connection, one.key, staff_id, *told, asked[: gap_deciding.LONGEST_SENTENCE])


def _example(connection: Connection, one: Gap, staff_id: int, form: FormData) -> None:
    told = (field(form, "intent"), field(form, "text"), field(form, "language"))
    gap_deciding.example(connection, one.key, staff_id, *told)


def _answer(connection: Connection, one: Gap, staff_id: int, form: FormData) -> int | None:
    told = (field(form, "code").strip(), field(form, "note"))
    return gap_deciding.answer(connection, one.key, staff_id, *told)


def _dismiss(connection: Connection, one: Gap, staff_id: int, form: FormData) -> None:
    gap_deciding.dismiss(connection, one.key, staff_id, field(form, "note"))


def _reopen(connection: Connection, one: Gap, staff_id: int, _: FormData) -> None:
    gap_deciding.reopen(connection, one.key, staff_id)


_DO: dict[str, Callable[[Connection, Gap, int, FormData], int | None]] = {
    "alias": _alias,
    "example": _example,
    "answer": _answer,
    "dismiss": _dismiss,
    "reopen": _reopen,
}
