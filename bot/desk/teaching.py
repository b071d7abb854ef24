"""What the bot should have known, and procedures by their names: looked up, read in plain words, taught."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.engine import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.access import Route
from bot.accounts.people import Person, Role
from bot.conversation import Author
from bot.desk.finding import LONGEST, Finder, is_code
from bot.desk.frame import Frame, by_script, number
from bot.desk.pages import Pages
from bot.desk.story import Story
from bot.errors import DeskError
from bot.handover import events, lessons
from bot.handover.kinds import Event
from bot.post.wake import DESK
from bot.store.desk_tables import lesson
from bot.store.tables import message, turn
from bot.web.body import field
from procedures import notes, store
from procedures.model import Note, Procedure
from procedures.sheets.parts import PARTS, ended, facts, label
from procedures.sheets.sheet import LANGUAGES, of_procedure
from procedures.validity import successors, today

#: The layer that holds the national portal's own record.
_RECORD = "record"


class Teaching:
    """One click files a line with the procedure that the case is about; a page lets somebody choose another."""

    def __init__(self, frame: Frame, pages: Pages) -> None:
        self._frame, self._pages = frame, pages
        self._finder = Finder(frame.reading)

    def routes(self) -> list[Route]:
        """Lines of a case, and procedures."""
        line = "/desk/cases/{case:int}/lines/{line:int}/teach"
        return [
            Route(line, self.ask, access=Role.OFFICER),
            Route(line, self.teach, access=Role.OFFICER, methods=["POST"]),
            Route("/desk/procedures", self.search, access=Role.OFFICER),
            Route("/desk/procedures/{code}", self.procedure, access=Role.OFFICER),
        ]

    async def ask(self, request: Request) -> Response:
        """The page that asks what a line asks for."""
        person, case, line = await self._asked(request)
        query = request.query_params.get("q", "").strip()[:LONGEST]
        shown = await asyncio.to_thread(self._choices, case, line, query)
        return self._frame.page(request, person, "teach.html", **shown)

    async def teach(self, request: Request) -> Response:
        """Files it."""
        form = await self._frame.form(request)
        person, case, line = await self._asked(request)
        told = {name: field(form, name).strip() for name in ("code", "intent", "note")}
        try:
            await asyncio.to_thread(self._teach, case, line, person, told)
        except DeskError as error:
            return self._frame.trouble(request, person, error)
        self._frame.wake.notify(DESK)
        return self._frame.done(request, f"/desk/cases/{case.row.id}#m{line}", self._frame.words(person, "teach.done"))

    async def search(self, request: Request) -> Response:
        """Procedures by their names: a page, or for a script the list alone."""
        person = await self._frame.person(request)
        query = request.query_params.get("q", "").strip()[:LONGEST]
        found = await asyncio.to_thread(self._finder.find, query)
        template = "procedures_found.html" if by_script(request) else "procedures.html"
        return self._frame.page(request, person, template, query=query, found=found)

    async def procedure(self, request: Request) -> Response:
        """One procedure: our words, what the province adds, the official record."""
        person = await self._frame.person(request)
        code, language = request.path_params["code"], request.query_params.get("lang", "")
        language = language if language in LANGUAGES else LANGUAGES[0]
        shown = await asyncio.to_thread(self._told, code, language) if is_code(code) else None
        if shown is None:
            raise HTTPException(404)
        return self._frame.page(request, person, "procedure.html", **shown)

    async def _asked(self, request: Request) -> tuple[Person, Story, int]:
        person = await self._frame.person(request)
        case = await asyncio.to_thread(self._pages.shown, person, number(request.path_params["case"]))
        return person, case, number(request.path_params["line"])

    def _choices(self, case: Story, line: int, query: str) -> dict[str, Any]:
        """The line, and what it may be: as filed before, as the case is about, as the bot took it, as searched for."""
        with self._frame.reading.connect() as connection:
            said = _line(connection, case, line)
            before = connection.execute(select(lesson).where(lesson.c.message_id == line)).first()
            taken = connection.execute(select(turn.c.procedures).where(turn.c.inbox_id == said.inbox_id)).scalar()
        codes = [before.code if before else "", case.procedure.code if case.procedure else ""]
        codes += [one["code"] for one in json.loads(taken or "[]")]
        known = self._finder.known([*codes, *(one.code for one in self._finder.find(query))])
        return {
            "case": case,
            "said": said,
            "before": before,
            "query": query,
            "known": known,
            "intents": lessons.INTENTS,
        }

    def _teach(self, case: Story, line: int, person: Person, told: dict[str, str]) -> None:
        with self._frame.database.begin() as connection:
            _line(connection, case, line)
            lessons.teach(connection, line, person.id, **told)
            kept = {name: told[name] for name in ("code", "intent")}
            events.write(connection, case.row.id, Event.TAUGHT, person.id, line=line, **kept)

    def _told(self, code: str, language: str) -> dict[str, Any] | None:
        with self._frame.reading.connect() as connection:
            procedure = store.load(connection, code)
            if procedure is None:
                return None
            added = notes.notes(connection, code, "", today())
            layers = store.layers(connection, code)
            instead = successors(lambda one: store.load(connection, one), procedure, today())
        return {
            "procedure": procedure,
            "sheet": of_procedure(procedure, language),
            "language": language,
            "languages": LANGUAGES,
            "ended": ended(procedure, "vi"),
            "instead": instead,
            "parts": _parts(procedure, language, added),
            "record": _parts(layers[_RECORD].procedure, "vi", ()) if _RECORD in layers else [],
        }


def _parts(procedure: Procedure, language: str, added: Sequence[Note]) -> list[tuple[str, tuple[str, ...]]]:
    """What each part is called, and its lines; parts of which nothing is known are left out."""
    told = ((label(name, language), facts(procedure, language, name, added)) for name in PARTS)
    return [(called, lines) for called, lines in told if lines]


def _line(connection: Connection, case: Story, line: int) -> Any:
    """A citizen's line of the case's conversation. Raises HTTPException 404."""
    mine = and_(message.c.conversation_id == case.conversation_id, message.c.author == Author.CITIZEN.value)
    found = connection.execute(select(message).where(mine, message.c.id == line)).first()
    if found is None:
        raise HTTPException(404)
    return found
