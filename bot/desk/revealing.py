"""Opening one number that was taken out of a line, or the telephone of a citizen: for this view of the page alone."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.access import Route
from bot.accounts.people import Person, Role
from bot.desk.actions import Actions
from bot.desk.frame import PRIVATE, Frame, by_script, number
from bot.desk.pages import Pages
from bot.errors import DeskError
from bot.handover import revealing
from bot.handover.revealing import Why
from bot.web.body import field

#: What a form says in place of a number where the citizen's telephone is meant.
_PHONE = "phone"


class Revealing:
    """One address."""

    def __init__(self, frame: Frame, pages: Pages, actions: Actions) -> None:
        self._frame, self._pages, self._actions = frame, pages, actions

    def routes(self) -> list[Route]:
        """Written to: opening is a deed."""
        return [Route("/desk/cases/{case:int}/reveal", self.reveal, access=Role.OFFICER, methods=["POST"])]

    async def reveal(self, request: Request) -> Response:
        """The datum in the place of its button; without a script a page with nothing else on it."""
        person = await self._frame.person(request)
        form = await self._frame.form(request)
        case = await asyncio.to_thread(self._pages.shown, person, number(request.path_params["case"]))
        try:
            told = await asyncio.to_thread(self._open, person, case.row.id, form)
        except DeskError as error:
            return self._frame.trouble(request, person, error)
        self._actions.tell(case)
        shown: dict[str, Any] = {"told": told, "phone": field(form, "datum") == _PHONE, "case": case.row.id}
        if by_script(request):
            return HTMLResponse(self._frame.render("revealed.html", person.locale, **shown), headers=PRIVATE)
        return self._frame.page(request, person, "revealed_page.html", **shown)

    def _open(self, person: Person, case_id: int, form: FormData) -> str:
        what, why = field(form, "datum"), Why(field(form, "why"), field(form, "words"))
        with self._frame.database.begin() as connection:
            if what == _PHONE:
                return revealing.phone(connection, case_id, person, why)
            return revealing.datum(connection, case_id, person, number(what), why)
