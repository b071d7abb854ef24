"""A citizen's checklist at the counter: opened by its code or QR link, ticked off, printed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

from markupsafe import Markup
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot import guides
from bot.access import Route
from bot.accounts.people import Person, Role
from bot.audit.writing import note
from bot.desk.frame import Frame
from bot.web.body import field
from procedures import store
from procedures.guides import walk
from procedures.guides.state import HAVE, MISSING, Guide, find_token, mark, spelled
from procedures.model import Procedure
from procedures.sheets.page import qr
from procedures.sheets.sheet import LANGUAGES, of_guide

#: Longest text of a scanner or a finger.
_LONGEST = 200
#: What a QR code of ours holds: the address of a checklist. Its host may look like a code itself.
_LINK = re.compile(r"/g/([A-Za-z0-9-]+)")


class GuidePages:
    """Two pages: which checklist, and the checklist."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def routes(self) -> list[Route]:
        """The second is also written to."""
        return [
            Route("/desk/guide", self.ask, access=Role.OFFICER),
            Route("/desk/guide/{token}", self.show, access=Role.OFFICER),
            Route("/desk/guide/{token}", self.tick, access=Role.OFFICER, methods=["POST"]),
        ]

    async def ask(self, request: Request) -> Response:
        """A field for the code or the link; on to the checklist where there is one."""
        person = await self._frame.person(request)
        typed = request.query_params.get("code", "").strip()[:_LONGEST]
        token = token_of(typed)
        found = await asyncio.to_thread(self._guide, token)
        if found is not None:
            return RedirectResponse(f"/desk/guide/{token}", status_code=303)
        trouble = self._frame.words(person, "guide.unknown") if typed else ""
        return self._frame.page(request, person, "guide.html", typed=typed, trouble=trouble)

    async def show(self, request: Request) -> Response:
        """The checklist as the citizen has it, in one of its languages."""
        person = await self._frame.person(request)
        guide, procedure = await asyncio.to_thread(self._found, request)
        await asyncio.to_thread(self._frame.looks.seen, person.id, "guide.opened", _named(guide))
        asked = request.query_params.get("lang", "vi")
        language = asked if asked in LANGUAGES else "vi"
        saved = "saved" in request.query_params
        shown = self._shown(guide, procedure, language)
        return self._frame.page(request, person, "guide_list.html", saved=saved, **shown)

    async def tick(self, request: Request) -> Response:
        """Papers that lie on the counter, and those that do not after all."""
        person = await self._frame.person(request)
        form = await self._frame.form(request)
        guide, procedure = await asyncio.to_thread(self._found, request)
        await asyncio.to_thread(self._keep, person, guide, ticked(procedure, form))
        language = field(form, "lang")
        again = f"?lang={language}&saved" if language in LANGUAGES else "?saved"
        return RedirectResponse(f"/desk/guide/{guide.token}{again}", status_code=303)

    def _shown(self, guide: Guide, procedure: Procedure, language: str) -> dict[str, Any]:
        link = f"{self._frame.settings.base_url.rstrip('/')}/g/{guide.token}"
        chosen = [case.name for case in walk.holding(procedure, guide) if case.name]
        return {
            "guide": guide,
            "sheet": of_guide(procedure, guide, language),
            "languages": LANGUAGES,
            "link": link,
            "picture": Markup(qr(link)),  # noqa: S704 — our own drawing
            "code": spelled(guide.token),
            # Somebody has not said yet which of the cases is theirs, so papers may be missing here.
            "undecided": bool(walk.branches(procedure)) and not chosen,
            "missing": len(walk.lacking(procedure, guide)),
        }

    def _found(self, request: Request) -> tuple[Guide, Procedure]:
        """Raises HTTPException 404 for a code that was made up."""
        guide = self._guide(token_of(request.path_params["token"]))
        with self._frame.reading.connect() as connection:
            procedure = store.load(connection, guide.code) if guide else None
        if guide is None or procedure is None:
            raise HTTPException(404)
        return guide, procedure

    def _guide(self, token: str) -> Guide | None:
        return guides.find(self._frame.reading, token) if token else None

    def _keep(self, person: Person, guide: Guide, change: Callable[[Guide], Guide]) -> None:
        with self._frame.database.begin() as connection:
            guides.change(connection, guide.token, change)
            note(connection, person.id, "guide.ticked", _named(guide))


def _named(guide: Guide) -> str:
    """For the audit: enough to find it, too little to open it."""
    return f"{guide.code} {guide.token[:4]}…"


def token_of(typed: str) -> str:
    """The token of what was typed or scanned; empty for none."""
    link = _LINK.search(typed)
    return find_token(link[1] if link else typed)


def ticked(procedure: Procedure, form: FormData) -> Callable[[Guide], Guide]:
    """What a form changes of a guide: only what is other than its page showed, for the citizen may tick too."""
    have, had = ({one for one in form.getlist(name) if isinstance(one, str)} for name in ("have", "had"))

    def change(guide: Guide) -> Guide:
        names = {mark(need.paper.name): need.paper.name for need in walk.needed(procedure, guide)}
        came, gone = ([names[one] for one in some if one in names] for some in (have - had, had - have))
        return walk.tick(procedure, walk.tick(procedure, guide, came, HAVE), gone, MISSING)

    return change
