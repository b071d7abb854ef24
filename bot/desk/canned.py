"""Replies that are written once: read by everybody, written by leads, seen as a citizen would read them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.engine import Connection
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.access import Route
from bot.accounts.people import Person, Role
from bot.desk.frame import Frame, number
from bot.errors import DeskError, Refused
from bot.handover import canned, files, offices, variables
from bot.handover.canned import LANGUAGES, Canned
from bot.handover.offices import Office
from bot.post.wake import DESK
from bot.web import body
from procedures.model import OfficeKind

_HERE = "/desk/canned"
#: The procedure that a preview is filled with: one that everybody knows.
_EXAMPLE = "1.001193"
#: Largest body, in bytes: a file, and the texts in three languages.
_MOST = files.LARGEST + 256 * 1024


@dataclass(frozen=True)
class Draft:
    """A reply as somebody types it."""

    title: str = ""
    office_id: int | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    file_id: int | None = None


@dataclass(frozen=True)
class Shown:
    """A reply in the list; `file` is the name of its file, and `mine` that whoever looks may change it."""

    canned: Canned
    office: str
    file: str
    mine: bool


class CannedPages:
    """The list, and a form for each."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def routes(self) -> list[Route]:
        """A number names a reply that is there."""
        return [
            Route(_HERE, self.list, access=Role.OFFICER),
            Route(f"{_HERE}/new", self.form, access=Role.LEAD),
            Route(f"{_HERE}/new", self.save, access=Role.LEAD, methods=["POST"]),
            Route(f"{_HERE}/{{id:int}}", self.form, access=Role.LEAD),
            Route(f"{_HERE}/{{id:int}}", self.save, access=Role.LEAD, methods=["POST"]),
            Route(f"{_HERE}/{{id:int}}/end", self.end, access=Role.LEAD, methods=["POST"]),
        ]

    async def list(self, request: Request) -> Response:
        """All that somebody may use."""
        person = await self._frame.person(request)
        shown = await asyncio.to_thread(self._list, person)
        return self._frame.page(request, person, "canned.html", shown=shown, lead=person.role.may(Role.LEAD))

    async def form(self, request: Request) -> Response:
        """An empty form, or that of a reply."""
        person = await self._lead(request)
        old = await asyncio.to_thread(self._old, person, request)
        draft = Draft(office_id=person.office_id)
        if old is not None:
            draft = Draft(old.title, old.office_id, old.texts, old.file_id)
        return await self._page(request, person, draft, old)

    async def save(self, request: Request) -> Response:
        """Shows what a citizen would read, or keeps it; what cannot be kept is shown again with the reason."""
        person = await self._lead(request)
        form = await self._frame.form(request, 1, _MOST)
        old = await asyncio.to_thread(self._old, person, request)
        file = form.get("file")
        sent = file if isinstance(file, UploadFile) and file.filename else None
        draft = _draft(form, old)
        if body.field(form, "do") == "preview":
            return await self._page(request, person, draft, old, preview=True)
        content = (sent.filename or "", await sent.read()) if sent else None
        try:
            await asyncio.to_thread(self._keep, person, draft, old, content)
        except DeskError as error:
            told = self._frame.words(person, error.key, **error.values)
            return await self._page(request, person, draft, old, trouble=told)
        self._frame.wake.notify(DESK)
        return self._frame.done(request, _HERE)

    async def end(self, request: Request) -> Response:
        """Offers it no more."""
        person = await self._lead(request)
        await self._frame.form(request)
        old = await asyncio.to_thread(self._old, person, request)
        if old is not None:
            await asyncio.to_thread(self._end, old)
        return self._frame.done(request, _HERE)

    async def _lead(self, request: Request) -> Person:
        person = await self._frame.person(request)
        self._frame.allow(person, Role.LEAD)
        return person

    async def _page(
        self,
        request: Request,
        person: Person,
        draft: Draft,
        old: Canned | None,
        *,
        preview: bool = False,
        trouble: str = "",
    ) -> Response:
        told = await asyncio.to_thread(self._form, person, draft, preview)
        return self._frame.page(
            *(request, person, "canned_form.html"),
            **{"status": 409 if trouble else 200, "draft": draft, "old": old, "trouble": trouble, **told},
        )

    def _list(self, person: Person) -> tuple[Shown, ...]:
        with self._frame.reading.connect() as connection:
            scopes = _scopes(connection, person)
            found = canned.every(connection) if None in scopes else canned.offered(connection, person.office_id)
            return tuple(_shown(connection, one, scopes) for one in found)

    def _form(self, person: Person, draft: Draft, preview: bool) -> dict[str, Any]:
        """What the form is filled with beside what was typed."""
        with self._frame.reading.connect() as connection:
            file = files.find(connection, draft.file_id) if draft.file_id else None
            site = self._frame.settings.base_url
            filled = {
                language: variables.filled_in(text, variables.examples(connection, person, _EXAMPLE, language, site))
                for language, text in draft.texts.items()
                if preview and text.strip()
            }
            scopes = _scopes(connection, person)
        return {
            "scopes": scopes,
            "languages": LANGUAGES,
            "file": file,
            "preview": filled,
            "unknown": [name for text in draft.texts.values() for name in variables.unknown(text)],
            "variables": [(name, variables.called(name, person.locale)) for name in variables.NAMES],
            "longest": canned.LONGEST_TITLE,
        }

    def _old(self, person: Person, request: Request) -> Canned | None:
        """The reply that an address names; None for a new one. Raises HTTPException 404, 403."""
        if "id" not in request.path_params:
            return None
        with self._frame.reading.connect() as connection:
            found = canned.one(connection, number(request.path_params["id"]))
            scopes = _scopes(connection, person)
        if found is None:
            raise HTTPException(404)
        if found.office_id not in scopes:
            raise HTTPException(403)
        return found

    def _keep(self, person: Person, draft: Draft, old: Canned | None, content: tuple[str, bytes] | None) -> None:
        with self._frame.database.begin() as connection:
            if draft.office_id not in _scopes(connection, person):
                raise Refused("other_office")
            if content is not None:
                kept = files.keep(connection, self._frame.media, person.id, *content)
                draft = replace(draft, file_id=kept.id)
            told: dict[str, Any] = {"title": draft.title, "texts": draft.texts, "file_id": draft.file_id}
            told |= {"office_id": draft.office_id}
            if old is None:
                canned.add(connection, staff_id=person.id, **told)
            else:
                canned.change(connection, old.id, person.id, **told)

    def _end(self, old: Canned) -> None:
        with self._frame.database.begin() as connection:
            canned.end(connection, old.id)


def _scopes(connection: Connection, person: Person) -> Mapping[int | None, Office | None]:
    """Whose replies a person may write: those of all offices at the provincial centre, else those of their own."""
    if not person.role.may(Role.LEAD):
        return {}
    own = offices.of(connection, person.office_id)
    if not person.role.may(Role.ADMIN) and own.kind is not OfficeKind.PROVINCE_CENTRE:
        return {own.id: own}
    return {None: None, **{one.id: one for one in offices.every(connection)}}


def _shown(connection: Connection, one: Canned, scopes: Mapping[int | None, Office | None]) -> Shown:
    office = offices.of(connection, one.office_id).name if one.office_id else ""
    file = files.find(connection, one.file_id) if one.file_id else None
    return Shown(one, office, file.name if file else "", one.office_id in scopes)


def _draft(form: FormData, old: Canned | None) -> Draft:
    """What was typed; the file of before stays unless somebody takes it away or sends another."""
    office = body.field(form, "office")
    texts = {language: body.field(form, f"text_{language}").replace("\r\n", "\n") for language in LANGUAGES}
    kept = old.file_id if old and not body.field(form, "without_file") else None
    return Draft(body.field(form, "title"), number(office) if office else None, texts, kept)
