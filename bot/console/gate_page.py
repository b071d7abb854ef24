"""The gate in the page: the questions are asked of an edit, what flips is shown, and a person may answer for it."""

from __future__ import annotations

import asyncio

from sqlalchemy.engine import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.access import Route
from bot.accounts.people import Person, Role
from bot.console import audit, edits, gate
from bot.console.drafting import authors
from bot.console.edit_rows import locked
from bot.desk.frame import Frame
from bot.errors import DeskError, EditMoved, Refused
from bot.handover.typed import cleaned
from bot.web.body import field


class GatePage:
    """For each edit. The part "gate_part.html" shows the same within the page of the review: it needs `edit`."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def routes(self) -> list[Route]:
        """By the number of the edit."""
        here = "/admin/edits/{edit:int}/gate"
        return [
            Route(here, self.show, access=Role.EDITOR),
            Route(here, self.ask, access=Role.EDITOR, methods=["POST"]),
            Route(f"{here}/override", self.override, access=Role.REVIEWER, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """What the questions said last."""
        person, edit = await self._asked(request)
        return self._frame.page(request, person, "gate.html", edit=edit)

    async def ask(self, request: Request) -> Response:
        """Asks them, which takes seconds."""
        person, edit = await self._asked(request)
        form = await self._frame.form(request)
        try:
            await asyncio.to_thread(self._ask, person, edit)
        except DeskError as error:
            return self._frame.trouble(request, person, error)
        return self._frame.done(request, _back(edit, field(form, "back")))

    async def override(self, request: Request) -> Response:
        """Lets it out though the questions fare worse, for a reason."""
        person, edit = await self._asked(request)
        self._frame.allow(person, Role.REVIEWER)
        form = await self._frame.form(request)
        try:
            await asyncio.to_thread(self._override, person, edit, field(form, "reason"))
        except DeskError as error:
            return self._frame.trouble(request, person, error)
        return self._frame.done(request, _back(edit, field(form, "back")))

    def _ask(self, person: Person, edit: edits.Edit) -> None:
        if not edit.open:
            raise EditMoved
        result = gate.run(self._frame.database, edit.procedure)
        with self._frame.database.begin() as connection:
            _unchanged(connection, edit)
            edits.keep_gate(connection, edit.id, result.told())
            told = {"edit": edit.id, "right": [result.right_before, result.right_after], "worse": result.worse}
            audit.note(connection, person.id, "edit.judged", edit.code, after=told)

    def _override(self, person: Person, edit: edits.Edit, reason: str) -> None:
        why = cleaned(reason)
        with self._frame.database.begin() as connection:
            now = _unchanged(connection, edit)
            if now.judged is None:
                raise Refused("gate_missing")
            if edits.two_people(connection) and person.id in authors(connection, now):
                raise Refused("second_person")
            edits.keep_gate(connection, edit.id, now.judged, why)
            audit.note(connection, person.id, "edit.overridden", edit.code, after={"edit": edit.id}, reason=why)

    async def _asked(self, request: Request) -> tuple[Person, edits.Edit]:
        person = await self._frame.person(request)
        self._frame.allow(person, Role.EDITOR)
        edit = await asyncio.to_thread(self._edit, request.path_params["edit"])
        if edit is None:
            raise HTTPException(404)
        return person, edit

    def _edit(self, id_: int) -> edits.Edit | None:
        with self._frame.reading.connect() as connection:
            return edits.one(connection, id_)


def _unchanged(connection: Connection, edit: edits.Edit) -> edits.Edit:
    """The edit, held. Raises EditMoved where its text is not what was judged or looked at."""
    now = locked(connection, edit.id, *edits.OPEN)
    if now.document != edit.document:
        raise EditMoved
    return now


def _back(edit: edits.Edit, where: str) -> str:
    return f"/admin/edits/{edit.id}/{'review' if where == 'review' else 'gate'}"
