"""What all pages of the desk share: who asks, what they may, forms, words in their language, and the page around."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Engine
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from bot.access import Route
from bot.accounts.gate import Gate
from bot.accounts.people import Person, Role
from bot.audit.looks import Looks
from bot.channels.port import Channel
from bot.desk import telling
from bot.errors import DeskError
from bot.post.wake import Wake
from bot.settings import Settings
from bot.web.assets import Assets, renderer
from bot.web.body import form_of
from bot.words import staff_words
from procedures.phrasebook import phrasebook

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Room:
    """A part of the house that staff enter: where its templates, words and files lie, and where its pages begin."""

    folder: Path
    place: str

    def say(self, key: str, locale: str, /, **values: Any) -> str:
        """Its own words, else those of the desk. Raises KeyError."""
        book = phrasebook(self.folder / "locales")
        return (book if key in book.keys(locale) else staff_words()).say(key, locale, **values)


DESK = Room(_HERE, "/desk")
#: Pages of staff are nobody else's: no cache keeps them.
PRIVATE = {"Cache-Control": "no-store"}


class Frame:
    """Built once; each class of pages is given it."""

    def __init__(
        self,
        settings: Settings,
        database: Engine,
        wake: Wake,
        channels: Mapping[str, Channel],
        gate: Gate,
        room: Room = DESK,
    ) -> None:
        self.settings, self.database, self.wake, self.channels, self.gate = settings, database, wake, channels, gate
        # Looking must not wait for those who write.
        self.reading = database.execution_options(motcua_read=True)
        #: Whoever shows a person's data notes it here first.
        self.looks = Looks(database)
        self.abilities = {name: channel.abilities for name, channel in channels.items()}
        self.media = Path(settings.media)
        self._room = room
        self._own = Assets(room.folder / "static", f"{room.place}/static")
        self._assets = [self._own, Assets(_HERE / "static", "/desk/static"), Assets(_HERE.parent / "web/static")]
        folders = (room.folder / "templates", _HERE / "templates")
        self._fill = renderer(*folders, asset=self._asset, new_name=lambda: secrets.token_hex(8))

    def routes(self) -> list[Route]:
        """Its static files; the site serves those that both have."""
        return [self._own.route()]

    async def person(self, request: Request) -> Person:
        """Who asks. Raises what bot.accounts.gate.Gate.person raises."""
        return await self.gate.person(request)

    def allow(self, person: Person, role: Role) -> None:
        """Raises HTTPException 403."""
        self.gate.allow(person, role)

    async def form(self, request: Request, files: int = 0, most: int | None = None, fields: int = 1000) -> FormData:
        """A form with at most so many files, bytes, fields; its route keeps other sites out. Raises HTTPException."""
        return await form_of(request, files, most, fields)

    def words(self, person: Person, key: str, /, **values: Any) -> str:
        """A phrase in the language of somebody's desk."""
        return self._room.say(key, person.locale, **values)

    def render(self, template: str, locale: str = "vi", /, **values: Any) -> str:
        """A filled template; `say` speaks the locale."""

        def say(key: str, /, **told: Any) -> str:
            return self._room.say(key, locale, **told)

        return self._fill(template, **telling.helpers(say), say=say, locale=locale, **values)

    def page(self, request: Request, person: Person, template: str, /, status: int = 200, **values: Any) -> Response:
        """A page for somebody who is signed in."""
        told = {"person": person, "path": request.url.path, "role": Role, **values}
        return HTMLResponse(self.render(template, person.locale, **told), status_code=status, headers=PRIVATE)

    def trouble(self, request: Request, person: Person, error: DeskError) -> Response:
        """Says why something cannot be done: a line for a script, a page without one. Nothing written is lost."""
        told = self.words(person, error.key, **error.values)
        if by_script(request):
            return PlainTextResponse(told, status_code=409, headers=PRIVATE)
        return self.page(request, person, "trouble.html", status=409, told=told)

    def done(self, request: Request, where: str, fragment: str = "", **headers: str) -> Response:
        """After an action: a fragment for a script, else on to a page."""
        if by_script(request):
            return HTMLResponse(fragment, headers={**PRIVATE, **headers})
        return RedirectResponse(where, status_code=303)

    def _asset(self, name: str) -> str:
        return next(assets for assets in self._assets if name in assets).address(name)


def by_script(request: Request) -> bool:
    """Whether htmx asks."""
    return request.headers.get("hx-request") == "true"


def number(told: object, least: int = 1) -> int:
    """A number of a path or a form. Raises HTTPException 404 for anything else."""
    text = str(told or "")
    if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) < least:
        raise HTTPException(404)
    return int(text)
