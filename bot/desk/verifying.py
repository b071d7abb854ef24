"""A code for a citizen who wants to know whether they are talking with an officer of ours."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.access import Route
from bot.accounts.people import Person, Role
from bot.audit.writing import note
from bot.desk.frame import PRIVATE, Frame, by_script, number
from bot.desk.pages import Pages
from bot.desk.story import Story
from bot.post.clock import now
from bot.scam import codes


class Verifying:
    """One address."""

    def __init__(self, frame: Frame, pages: Pages) -> None:
        self._frame, self._pages = frame, pages

    def routes(self) -> list[Route]:
        """Written to: each press makes a code, with its line in the audit."""
        return [Route("/desk/cases/{case:int}/code", self.code, access=Role.OFFICER, methods=["POST"])]

    async def code(self, request: Request) -> Response:
        """The code in the place of the last one; without a script a page with nothing else on it."""
        person = await self._frame.person(request)
        case = await asyncio.to_thread(self._pages.shown, person, number(request.path_params["case"]))
        code = await asyncio.to_thread(self._make, person, case)
        told: dict[str, Any] = {"code": codes.shown(code), "good_until": now() + codes.LASTS, "case": case.row.id}
        if by_script(request):
            return HTMLResponse(self._frame.render("verify_code.html", person.locale, **told), headers=PRIVATE)
        return self._frame.page(request, person, "verify_page.html", **told)

    def _make(self, person: Person, case: Story) -> str:
        """Another one where it happens to be taken."""
        secret = self._frame.settings.secret_key
        with self._frame.database.begin() as connection:
            code, kept = codes.fresh(secret)
            while not codes.keep(connection, kept, case.conversation_id, person.id):
                code, kept = codes.fresh(secret)
            note(connection, person.id, "code.given", str(case.row.id))
        return code
