"""Where a procedure is written: beside the official record, kept while one types, seen as citizens will read it."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.access import Route
from bot.accounts.people import Person, Role
from bot.console import edits, form, preview_page, translating
from bot.console.merge_page import Clash, clash, settled
from bot.console.previewing import Wanted
from bot.desk.finding import is_code
from bot.desk.frame import Frame, by_script, number
from bot.errors import DeskError, EditMoved
from bot.web.body import field
from procedures import codec, store
from procedures.languages import LANGUAGES, missing
from procedures.model import Channel, Procedure, TimeUnit
from procedures.sheets.parts import PARTS, facts

_HERE = "/admin/edits/{id:int}"
#: What the form of one's own language is called; the others are languages.
_WORDS = "vi"
#: Documents that open forms began with, to tell whose change is whose.
_REMEMBERED = 200


@dataclass(frozen=True)
class Kept:
    """What came of a save."""

    version: int
    slips: tuple[form.Slip, ...] = ()
    #: Somebody else was faster.
    clash: Clash | None = None


class EditingPages:
    """The form, in three languages, and what happens when two people write at once."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._begun: OrderedDict[tuple[int, int], Procedure] = OrderedDict()

    def routes(self) -> list[Route]:
        """The form is written to at its own address."""
        return [
            Route("/admin/procedures/{code}/edit", self.begin, access=Role.EDITOR, methods=["POST"]),
            Route(_HERE, self.show, access=Role.EDITOR),
            Route(_HERE, self.save, access=Role.EDITOR, methods=["POST"]),
            Route(f"{_HERE}/merge", self.merge, access=Role.EDITOR, methods=["POST"]),
        ]

    async def begin(self, request: Request) -> Response:
        """One's own draft, begun now where there is none."""
        person = await self._editor(request)
        await self._frame.form(request)
        code = request.path_params["code"]
        try:
            made = await asyncio.to_thread(self._begin, code if is_code(code) else "", person.id)
        except DeskError as error:
            return self._frame.trouble(request, person, error)
        return RedirectResponse(f"/admin/edits/{made}", status_code=303)

    async def show(self, request: Request) -> Response:
        """The form: Vietnamese words, or those of another language beside them."""
        person = await self._editor(request)
        tab = request.query_params.get("tab", _WORDS)
        shown = await asyncio.to_thread(self._shown, number(request.path_params["id"]), tab)
        saved = "saved" in request.query_params
        return self._frame.page(request, person, _template(tab), saved=saved, **shown)

    async def save(self, request: Request) -> Response:
        """Keeps what is typed; for a script only a line about it."""
        person = await self._editor(request)
        sent = await self._frame.form(request, 0, form.MOST_BYTES, form.MOST_FIELDS)
        edit_id = number(request.path_params["id"])
        tab = field(sent, "tab") or _WORDS
        try:
            kept = await asyncio.to_thread(self._save, edit_id, person, sent, tab)
        except DeskError as error:
            return self._not_kept(request, person, error)
        if by_script(request):
            told = self._frame.render("editor_saved.html", person.locale, kept=kept, edit_id=edit_id)
            return HTMLResponse(told, headers={"Cache-Control": "no-store", "HX-Trigger": "saved"})
        if kept.clash:
            return self._clash(request, person, edit_id, kept.clash)
        if kept.slips:
            shown = await asyncio.to_thread(self._shown, edit_id, tab)
            again = {**shown, "slips": kept.slips, "saved": True}
            return self._frame.page(request, person, _template(tab), status=422, **again)
        return RedirectResponse(f"/admin/edits/{edit_id}?saved&tab={tab}", status_code=303)

    async def merge(self, request: Request) -> Response:
        """Somebody has chosen, field by field, between their words and a colleague's."""
        person = await self._editor(request)
        sent = await self._frame.form(request, 0, form.MOST_BYTES, form.MOST_FIELDS)
        edit_id = number(request.path_params["id"])
        try:
            kept = await asyncio.to_thread(self._merge, edit_id, person, sent)
        except DeskError as error:
            return self._frame.trouble(request, person, error)
        if kept.clash:
            return self._clash(request, person, edit_id, kept.clash)
        return RedirectResponse(f"/admin/edits/{edit_id}?saved", status_code=303)

    async def _editor(self, request: Request) -> Person:
        person = await self._frame.person(request)
        self._frame.allow(person, Role.EDITOR)
        return person

    def _clash(self, request: Request, person: Person, edit_id: int, found: Clash) -> Response:
        return self._frame.page(request, person, "merge.html", status=409, clash=found, edit_id=edit_id)

    def _not_kept(self, request: Request, person: Person, error: DeskError) -> Response:
        if not by_script(request):
            return self._frame.trouble(request, person, error)
        told = self._frame.words(person, error.key, **error.values)
        # A script that keeps while one types swaps this in: an answer of another status would be lost.
        return HTMLResponse(self._frame.render("editor_trouble.html", person.locale, told=told))

    def _begin(self, code: str, staff_id: int) -> int:
        with self._frame.database.begin() as connection:
            return edits.begin(connection, code, staff_id)

    def _shown(self, edit_id: int, tab: str) -> dict[str, Any]:
        """Raises HTTPException 404."""
        with self._frame.reading.connect() as connection:
            edit = edits.one(connection, edit_id)
            if edit is None or tab not in (_WORDS, *LANGUAGES):
                raise HTTPException(404)
            now = store.load(connection, edit.code)
            record = store.layers(connection, edit.code).get("record")
            others = [one for one in edits.of_code(connection, edit.code, *edits.OPEN) if one.id != edit.id]
        procedure = edit.procedure
        self._remember(edit.id, edit.version, procedure)
        shown = {"edit": edit, "procedure": procedure, "tab": tab, "tabs": (_WORDS, *LANGUAGES), "others": len(others)}
        shown |= {"lacking": {one: sum(1 for _ in missing(procedure, one)) for one in LANGUAGES}, "slips": ()}
        shown |= {"draft": edit.status is edits.Status.DRAFT, "wanted": Wanted(), **preview_page.choices()}
        if tab in LANGUAGES:
            told = {"lines": translating.lines(procedure, tab, now or procedure)}
            return {**shown, **told, "aliases": translating.aliases(procedure, tab)}
        official = {name: facts(record.procedure, "vi", name) if record else () for name in PARTS}
        return {**shown, "official": official, "record": record.procedure if record else None, **_CHOICES}

    def _save(self, edit_id: int, person: Person, sent: FormData, tab: str) -> Kept:
        typed = _texts(sent)
        version = number(typed.get("version", ""), 0)
        with self._frame.database.begin() as connection:
            edit = self._draft(connection, edit_id)
            base = self._begun.get((edit_id, version))
            # What the form does not hold is as it was when the form was opened, else as it is by now.
            told, slips = _read(base or edit.procedure, typed, tab)
            if edit.version != version:
                found = clash(base, told, edit.procedure, edit.version)
                if found.open:
                    return Kept(version, slips, found)
                told, version = found.merged, edit.version
            made = edits.save(connection, edit_id, version, told, person.id)
        self._remember(edit_id, made, told)
        return Kept(made, slips)

    def _merge(self, edit_id: int, person: Person, sent: FormData) -> Kept:
        typed = _texts(sent)
        version = number(typed.get("version", ""), 0)
        mine = _mine(typed.get("document", ""))
        with self._frame.database.begin() as connection:
            edit = self._draft(connection, edit_id)
            if edit.version != version:
                return Kept(version, (), clash(None, mine, edit.procedure, edit.version))
            # One's own telling holds already what only the colleague has changed.
            chosen = settled(edit.procedure, mine, {name for name in typed if typed[name] == "theirs"})
            return Kept(edits.save(connection, edit_id, version, chosen, person.id))

    def _draft(self, connection: Connection, edit_id: int) -> edits.Edit:
        """Raises HTTPException 404, EditMoved for what is a draft no more."""
        edit = edits.one(connection, edit_id)
        if edit is None:
            raise HTTPException(404)
        if edit.status is not edits.Status.DRAFT:
            raise EditMoved
        return edit

    def _remember(self, edit_id: int, version: int, procedure: Procedure) -> None:
        self._begun[edit_id, version] = procedure
        while len(self._begun) > _REMEMBERED:
            self._begun.popitem(last=False)


#: What a form's lists offer.
_CHOICES: dict[str, Any] = {"channels": tuple(Channel), "units": tuple(TimeUnit)}


def _template(tab: str) -> str:
    return "editor.html" if tab == _WORDS else "editor_language.html"


def _texts(sent: FormData) -> dict[str, str]:
    return {name: value for name, value in sent.items() if isinstance(value, str)}


def _read(procedure: Procedure, typed: Mapping[str, str], tab: str) -> tuple[Procedure, tuple[form.Slip, ...]]:
    if tab in LANGUAGES:
        return translating.read(procedure, tab, typed), ()
    return form.read(procedure, typed)


def _mine(document: str) -> Procedure:
    """What was typed, out of the page that asked. Raises HTTPException 400 for what is no procedure."""
    try:
        return codec.from_json(document)
    except (ValueError, KeyError, TypeError):
        raise HTTPException(400) from None
