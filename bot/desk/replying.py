"""Answering a citizen: words, a file, a checklist, a request for a number; corrections of what was said."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from sqlalchemy.engine import Connection
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from bot import guides
from bot.access import Route
from bot.accounts.people import Person, Role
from bot.desk.actions import Actions
from bot.desk.frame import Frame, number
from bot.desk.pages import Pages
from bot.desk.story import Story
from bot.errors import DeskError, Refused
from bot.handover import canned, cases, correcting, files, replies
from bot.handover.kinds import Event
from bot.web.body import field
from bot.words import words as spoken
from procedures import store
from procedures.guides.state import Guide, find_token, new_token
from procedures.languages import in_language

#: Largest body of a reply, in bytes: a file, and what a form adds to it.
_MOST = files.LARGEST + 64 * 1024


class Replying:
    """What reaches the citizen."""

    def __init__(self, frame: Frame, pages: Pages, actions: Actions) -> None:
        self._frame, self._pages, self._actions = frame, pages, actions

    def routes(self) -> list[Route]:
        """Addresses of a case's replies and lines."""
        case = "/desk/cases/{case:int}"
        return [
            Route(f"{case}/reply", self.reply, access=Role.OFFICER, methods=["POST"]),
            Route(f"{case}/ask-phone", self.ask_phone, access=Role.OFFICER, methods=["POST"]),
            Route(f"{case}/checklist", self.checklist, access=Role.OFFICER, methods=["POST"]),
            Route(f"{case}/lines/{{line:int}}/edit", self.edit, access=Role.OFFICER, methods=["POST"]),
            Route(f"{case}/lines/{{line:int}}/recall", self.recall, access=Role.OFFICER, methods=["POST"]),
        ]

    async def reply(self, request: Request) -> Response:
        """Words, and at most one file."""
        person, form, case = await self._asked(request, files=1)
        return await self._try(request, person, case, self._reply, form)

    async def ask_phone(self, request: Request) -> Response:
        """Asks for a number to be called back, by the channel's own card where it has one."""
        person, form, case = await self._asked(request)
        return await self._try(request, person, case, self._ask_phone, form)

    async def checklist(self, request: Request) -> Response:
        """A checklist: one that the citizen has begun, or a new one of a procedure."""
        person, form, case = await self._asked(request)
        return await self._try(request, person, case, self._checklist, form)

    async def edit(self, request: Request) -> Response:
        """Other words for a line, where the channel can."""
        person, form, case = await self._asked(request)
        return await self._correct(request, person, case, field(form, "text").strip())

    async def recall(self, request: Request) -> Response:
        """Takes a line back, where the channel can."""
        person, _, case = await self._asked(request)
        return await self._correct(request, person, case, None)

    async def _asked(self, request: Request, files: int = 0) -> tuple[Person, FormData, Story]:
        person = await self._frame.person(request)
        form = await self._frame.form(request, files, _MOST if files else None)
        case = await asyncio.to_thread(self._pages.shown, person, number(request.path_params["case"]))
        return person, form, case

    async def _try(self, request: Request, person: Person, case: Story, do: Any, form: FormData) -> Response:
        file = form.get("file")
        body = await file.read() if isinstance(file, UploadFile) and file.filename else None
        try:
            await asyncio.to_thread(do, case, person, form, body)
        except DeskError as error:
            return self._frame.trouble(request, person, error)
        self._actions.tell(case)
        done = {"HX-Trigger": json.dumps({"replied": {"case": case.row.id}})}
        return self._frame.done(request, f"/desk/cases/{case.row.id}#end", "", **done)

    def _reply(self, case: Story, person: Person, form: FormData, body: bytes | None) -> None:
        name = getattr(form.get("file"), "filename", None) or ""
        with self._frame.database.begin() as connection:
            encloses = ""
            if body is not None:
                encloses = f"file {files.keep(connection, self._frame.media, person.id, name, body).id}"
            elif used := field(form, "canned"):
                encloses = canned.use(connection, number(used))
            self._say(connection, case, person, form, field(form, "text"), encloses=encloses)

    def _ask_phone(self, case: Story, person: Person, form: FormData, body: bytes | None) -> None:
        with self._frame.database.begin() as connection:
            text = spoken().say("case.ask_phone", case.reply_language, name=person.name)
            self._say(connection, case, person, form, text, encloses="contact")
            cases.record(connection, case.row.id, person.id, Event.ASKED_PHONE)

    def _checklist(self, case: Story, person: Person, form: FormData, body: bytes | None) -> None:
        token, code = find_token(field(form, "guide")), field(form, "code")
        with self._frame.database.begin() as connection:
            guide = guides.of_token(connection, token) if token else Guide(new_token(), code)
            procedure = store.load(connection, guide.code) if guide else None
            if guide is None or procedure is None:
                raise Refused("no_such_procedure")
            if not token:
                effect = {"guide": guide.to_dict(), "ticks": {}, "untick": []}
                guides.keep(connection, case.conversation_id, effect)
            title = in_language(procedure, case.reply_language).title
            link = f"{self._frame.settings.base_url.rstrip('/')}/g/{guide.token}"
            text = spoken().say("case.checklist", case.reply_language, title=title, link=link)
            self._say(connection, case, person, form, text, encloses=f"sheet {guide.token}")

    def _say(
        self, connection: Connection, case: Story, person: Person, form: FormData, text: str, *, encloses: str
    ) -> None:
        agreed = field(form, "may_cost") == "yes"
        said = {"once": field(form, "once")[:64], "may_cost": agreed, "abilities": self._frame.abilities}
        replies.reply(connection, case.row.id, person.id, text, encloses=encloses, **said)  # type: ignore[arg-type]

    async def _correct(self, request: Request, person: Person, case: Story, text: str | None) -> Response:
        line = number(request.path_params["line"])
        whose = (self._frame.database, self._frame.channels, line, person.id)
        try:
            await (correcting.recall(*whose) if text is None else correcting.correct(*whose, text))
        except DeskError as error:
            return self._frame.trouble(request, person, error)
        self._actions.tell(case)
        return self._frame.done(request, f"/desk/cases/{case.row.id}#m{line}")
