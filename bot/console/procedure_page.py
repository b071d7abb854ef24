"""One procedure: what citizens are told, the official record beside it, what was changed, and what places add."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from sqlalchemy.engine import Connection
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.access import Route
from bot.accounts.people import Person, Role
from bot.console import edits, preview_page
from bot.console.audit import note as audit
from bot.console.shelves import Shelves
from bot.desk.finding import is_code
from bot.desk.frame import Frame, number
from bot.errors import DeskError, Refused
from bot.web.body import field
from procedures import notes, store
from procedures.errors import NoteInvalid
from procedures.model import Channel, Note, Procedure
from procedures.places import places
from procedures.sheets.parts import PARTS, ended, facts, label
from procedures.sheets.sheet import LANGUAGES, of_procedure
from procedures.validity import successors, today, within

_HERE = "/admin/procedures/{code}"
_LONGEST, _HIGHEST, _SHOWN = 600, 10**9, 20


class ProcedurePage:
    """The page, and the notes on it."""

    def __init__(self, frame: Frame, shelves: Shelves) -> None:
        self._frame, self._shelves = frame, shelves

    def routes(self) -> list[Route]:
        """A note is written by a form of the page."""
        return [
            Route(_HERE, self.show, access=Role.EDITOR),
            Route(f"{_HERE}/notes", self.add, access=Role.EDITOR, methods=["POST"]),
            Route(f"{_HERE}/notes/{{note:int}}/withdraw", self.withdraw, access=Role.EDITOR, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The page, in one of the languages that citizens are told in."""
        return await self._page(request, await self._editor(request))

    async def add(self, request: Request) -> Response:
        """Keeps a note, or shows the page again with the reason and what was typed."""
        person = await self._editor(request)
        form = await self._frame.form(request)
        try:
            await asyncio.to_thread(self._add, request.path_params["code"], person, form)
        except DeskError as error:
            told = self._frame.words(person, error.key, **error.values)
            return await self._page(request, person, told, _typed(form))
        return self._frame.done(request, f"/admin/procedures/{request.path_params['code']}#notes")

    async def withdraw(self, request: Request) -> Response:
        """Says it no more."""
        person = await self._editor(request)
        await self._frame.form(request)
        code, note_id = request.path_params["code"], number(request.path_params["note"])
        try:
            await asyncio.to_thread(self._withdraw, code, note_id, person)
        except DeskError as error:
            return self._frame.trouble(request, person, error)
        return self._frame.done(request, f"/admin/procedures/{code}#notes")

    async def _editor(self, request: Request) -> Person:
        person = await self._frame.person(request)
        self._frame.allow(person, Role.EDITOR)
        return person

    async def _page(
        self, request: Request, person: Person, trouble: str = "", typed: dict[str, str] | None = None
    ) -> Response:
        code, language = request.path_params["code"], request.query_params.get("lang", "")
        language = language if language in LANGUAGES else LANGUAGES[0]
        shown = await asyncio.to_thread(self._shown, code, language) if is_code(code) else None
        if shown is None:
            raise HTTPException(404)
        told = {"trouble": trouble, "typed": typed or _typed(None), **shown, **preview_page.choices()}
        return self._frame.page(request, person, "shelf_one.html", status=409 if trouble else 200, **told)

    def _shown(self, code: str, language: str) -> dict[str, Any] | None:
        with self._frame.reading.connect() as connection:
            procedure = store.load(connection, code)
            book = self._shelves.shelf.books(connection).get(code)
            if procedure is None or book is None:
                return None
            layers = store.layers(connection, code)
            record = layers.get("record") or layers.get("list")
            every = notes.notes_of(connection, code)
            return {
                "procedure": procedure,
                "book": book,
                "asked": self._shelves.asked.counts(connection).get(code, 0),
                "sheet": of_procedure(procedure, language),
                "language": language,
                "ended": ended(procedure, "vi"),
                "instead": successors(lambda one: store.load(connection, one), procedure, today()),
                "parts": _parts(procedure, record.procedure if record else None, language, _holding(every)),
                "record": record,
                "origins": sorted(
                    {(one.layer, one.source, one.date) for one in store.origins(connection, code).values()}
                ),
                "open": edits.listed(connection, edits.OPEN, _SHOWN, code),
                "notes": every,
                "place_names": {place.code: place.name for place in places()},
                "abouts": notes.ABOUT,
                "channels": tuple(Channel),
                "today": today().isoformat(),
            }

    def _add(self, code: str, person: Person, form: FormData) -> None:
        with self._frame.database.begin() as connection:
            _known(connection, code)
            made = _note(code, person, form)
            try:
                kept = notes.keep(connection, made)
            except NoteInvalid as error:
                raise Refused("note_invalid") from error
            told = {"id": kept, "text": made.text, "about": made.about, "place": made.place}
            audit(connection, person.id, "note.added", code, after=told)

    def _withdraw(self, code: str, note_id: int, person: Person) -> None:
        with self._frame.database.begin() as connection:
            mine = next((one for one in notes.notes_of(connection, code) if one.id == note_id), None)
            if mine is None:
                raise HTTPException(404)
            if not mine.code and not person.role.may(Role.ADMIN):
                raise Refused("note_of_all")
            try:
                notes.take_back(connection, note_id)
            except NoteInvalid as error:
                raise Refused("note_gone") from error
            audit(connection, person.id, "note.withdrawn", code, before={"id": note_id, "text": mine.text})


def _parts(
    procedure: Procedure, record: Procedure | None, language: str, added: Sequence[Note]
) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """What each part is called, what citizens are told, and what the record says."""
    return [
        (label(name, language), facts(procedure, language, name, added), facts(record, "vi", name) if record else ())
        for name in PARTS
    ]


def _holding(every: Sequence[Note]) -> tuple[Note, ...]:
    """Those of the province that hold today; of communes there are too many for one page."""
    return tuple(one for one in every if not one.place and within(one.valid_from, one.valid_until, today()))


def _known(connection: Connection, code: str) -> None:
    """Raises HTTPException 404."""
    if not is_code(code) or not store.layers(connection, code):
        raise HTTPException(404)


def _typed(form: FormData | None) -> dict[str, str]:
    names = ("text", "about", "place", "channel", "amount", "source", "from", "until")
    return {name: field(form, name).strip()[:_LONGEST] if form else "" for name in names}


def _note(code: str, person: Person, form: FormData) -> Note:
    """Raises Refused: note_empty, note_source, note_days, note_amount."""
    typed = _typed(form)
    if not any(char.isalpha() for char in typed["text"]):
        raise Refused("note_empty")
    if not typed["source"]:
        raise Refused("note_source")
    if typed["from"] and typed["until"] and typed["until"] < typed["from"]:
        raise Refused("note_days")
    figure = typed["amount"].replace(".", "").replace(" ", "")
    if figure and (typed["about"] != "fee" or not figure.isascii() or not figure.isdigit() or int(figure) > _HIGHEST):
        raise Refused("note_amount")
    return Note(
        code=code,
        about=typed["about"],
        text=typed["text"],
        author=person.name,
        source=typed["source"][:200],
        place=typed["place"],
        channel=Channel(typed["channel"]) if typed["channel"] in {one.value for one in Channel} else None,
        amount=int(figure) if figure else None,
        valid_from=typed["from"],
        valid_until=typed["until"],
    )
