"""A draft as citizens would read it, on each channel, to each question; and what the bot would say to any other."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from sqlalchemy.engine import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.access import Route
from bot.accounts.people import Role
from bot.channels.port import Abilities
from bot.console import edits, previewing
from bot.console.previewing import FACES, LANGUAGES, Given, Wanted
from bot.desk.frame import Frame, by_script, number
from procedures import notes, store
from procedures.model import Procedure
from procedures.places import places
from procedures.validity import today


class PreviewPages:
    """The preview of an edit, and that of what is told now."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def routes(self) -> list[Route]:
        """Of an edit by its number, of a procedure by its code."""
        return [
            Route("/admin/edits/{id:int}/preview", self.edit, access=Role.EDITOR),
            Route("/admin/procedures/{code}/preview", self.told, access=Role.EDITOR),
        ]

    async def edit(self, request: Request) -> Response:
        """As it would be."""
        return await self._page(request, f"/admin/edits/{request.path_params['id']}")

    async def told(self, request: Request) -> Response:
        """As it is."""
        return await self._page(request, f"/admin/procedures/{request.path_params['code']}")

    async def _page(self, request: Request, back: str) -> Response:
        person = await self._frame.person(request)
        self._frame.allow(person, Role.EDITOR)
        wanted = wanted_by(request.query_params)
        shown = await asyncio.to_thread(self._shown, request.path_params, wanted)
        template = "preview_said.html" if by_script(request) else "preview.html"
        return self._frame.page(request, person, template, wanted=wanted, back=back, **choices(), **shown)

    def _shown(self, path: Mapping[str, Any], wanted: Wanted) -> dict[str, Any]:
        with self._frame.reading.connect() as connection:
            procedure = _procedure(connection, path)
            local = given(connection, procedure.code, wanted.place)
        said = previewing.preview(procedure, wanted, local, abilities(self._frame, wanted.face))
        return {"said": said, "procedure": procedure}


def wanted_by(query: Mapping[str, str]) -> Wanted:
    """What an address asks for; the usual for what is none of ours."""
    usual = Wanted()
    language, face, place = (query.get(name, "") for name in ("lang", "face", "place"))
    return Wanted(
        language if language in LANGUAGES else usual.language,
        face if face in FACES else usual.face,
        place if places().by_code(place) else "",
    )


def choices() -> dict[str, Any]:
    """What the forms of a preview offer."""
    communes = sorted(places(), key=lambda place: place.name)
    return {"faces": tuple(FACES), "languages": LANGUAGES, "communes": communes}


def abilities(frame: Frame, face: str) -> Abilities:
    """What a channel can show: as this service has it, else as the channel is known to be."""
    return frame.abilities.get(face) or FACES[face]


def given(connection: Connection, code: str, place: str) -> Given:
    """What the province and a commune add, as it holds today."""
    return Given(notes.notes(connection, code, place, today()), notes.all_offices(connection))


def _procedure(connection: Connection, path: Mapping[str, Any]) -> Procedure:
    """Raises HTTPException 404."""
    if "id" in path:
        edit = edits.one(connection, number(path["id"]))
        found = edit.procedure if edit else None
    else:
        found = store.load(connection, path["code"])
    if found is None:
        raise HTTPException(404)
    return found
