"""What was told of a procedure and when: its history with undo, and any day of the past."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.access import Route
from bot.accounts.people import Person, Role
from bot.console import edits
from bot.console.deeds import Deeds
from bot.desk.finding import is_code
from bot.desk.frame import number
from bot.store.console_tables import audit_entry
from bot.store.desk_tables import staff
from bot.web.body import field
from procedures import history, notes, store
from procedures.languages import in_language
from procedures.model import Note, Procedure
from procedures.publishing import EDITED
from procedures.sheets.parts import PARTS, facts, label
from procedures.sheets.sheet import LANGUAGES, of_procedure
from procedures.tables import catalogue_entry, catalogue_past
from procedures.validity import end_of, today, utc

#: Lines that one page shows.
_SHOWN = 200


@dataclass(frozen=True)
class Step:
    """Something that happened to what is told of a procedure."""

    at: datetime
    #: A deed of bot.console.audit such as "edit.published", or "told" for an import.
    kind: str
    #: Empty: the system.
    name: str
    reason: str
    #: The edit; 0 for none.
    edit: int
    #: Of an import: layer and source.
    layer: str = ""
    source: str = ""


class HistoryPages(Deeds):
    """Whoever may write looks; whoever may let out takes back."""

    least = Role.EDITOR

    def routes(self) -> list[Route]:
        """By code."""
        return [
            Route("/admin/history", self.seek, access=Role.EDITOR),
            Route("/admin/history/{code}", self.page, access=Role.EDITOR),
            Route("/admin/history/{code}/undo", self.undo, access=Role.REVIEWER, methods=["POST"]),
            Route("/admin/history/{code}/confirm", self.confirm, access=Role.REVIEWER, methods=["POST"]),
            Route("/admin/as-of", self.as_of, access=Role.EDITOR),
        ]

    async def seek(self, request: Request) -> Response:
        """To the page of a code that was typed."""
        await self._person(request)
        code = request.query_params.get("code", "").strip()
        return self._frame.done(request, f"/admin/history/{code}" if is_code(code) else "/admin/as-of")

    async def page(self, request: Request) -> Response:
        """Edits and imports, the latest first."""
        person, code = await self._person(request), _code(request)
        shown = await asyncio.to_thread(self._shown, code)
        return self._frame.page(request, person, "history.html", done="done" in request.query_params, **shown)

    async def undo(self, request: Request) -> Response:
        """Citizens are told again what they were told before the last edit."""
        self._frame.allow(await self._person(request), Role.REVIEWER)
        code = _code(request)

        def deed(connection: Connection, person: Person, form: FormData) -> None:
            edits.undo(connection, code, person.id, field(form, "reason"), number(field(form, "edit")))

        return await self._do(request, deed, f"/admin/history/{code}")

    async def confirm(self, request: Request) -> Response:
        """An edit is still right though something under it has changed."""
        self._frame.allow(await self._person(request), Role.REVIEWER)
        code = _code(request)

        def deed(connection: Connection, person: Person, form: FormData) -> None:
            edits.confirm(connection, code, person.id, field(form, "reason"))

        return await self._do(request, deed, f"/admin/history/{code}")

    async def as_of(self, request: Request) -> Response:
        """What a citizen was told on a day."""
        person = await self._person(request)
        asked = {name: request.query_params.get(name, "").strip()[:20] for name in ("code", "day", "lang")}
        day, language = _day(asked["day"]), asked["lang"] if asked["lang"] in LANGUAGES else LANGUAGES[0]
        ready = is_code(asked["code"]) and day is not None
        told = await asyncio.to_thread(self._told, asked["code"], day, language) if ready and day else {}
        shown: dict[str, Any] = {
            "asked": asked,
            "today": today().isoformat(),
            "language": language,
            "languages": LANGUAGES,
        }
        wrong = bool(asked["code"] or asked["day"]) and not ready
        return self._frame.page(request, person, "as_of.html", wrong=wrong, ready=ready, **shown, **told)

    def _shown(self, code: str) -> dict[str, Any]:
        """Raises HTTPException 404."""
        with self._frame.reading.connect() as connection:
            told = store.load(connection, code)
            if told is None:
                raise HTTPException(404)
            steps = [*_deeds(connection, code), *_imports(connection, code)]
            standing, doubtful = edits.standing(connection, code), edits.stale(connection).get(code, ())
            under = edits.listed(connection, edits.OPEN, _SHOWN, code)
        steps.sort(key=lambda step: step.at, reverse=True)
        shown = {"procedure": told, "steps": steps[:_SHOWN], "more": len(steps) > _SHOWN}
        return {**shown, "standing": standing, "stale": doubtful, "open": under}

    def _told(self, code: str, day: date, language: str) -> dict[str, Any]:
        with self._frame.reading.connect() as connection:
            then = history.as_of(connection, code, day)
            local = notes.notes(connection, code, "", day, end_of(day)) if then else ()
        if then is None:
            return {"then": None}
        sheet = of_procedure(then.procedure, language)
        layers = sorted({origin.layer for origin in then.origins.values()})
        said = in_language(then.procedure, language)
        parts = _parts(then.procedure, language, local)
        return {"then": then, "said": said, "sheet": sheet, "parts": parts, "layers": layers}


def _deeds(connection: Connection, code: str) -> list[Step]:
    """What was done to edits of a procedure."""
    mine = audit_entry.c.subject == code, audit_entry.c.action.like("edit.%")
    joined = audit_entry.outerjoin(staff, staff.c.id == audit_entry.c.staff_id)
    wanted = select(audit_entry, staff.c.name).select_from(joined).where(*mine)
    rows = connection.execute(wanted.order_by(audit_entry.c.id.desc()).limit(_SHOWN)).all()
    return [Step(utc(row.created_at), row.action, row.name or "", row.reason, _number(row)) for row in rows]


def _number(row: Any) -> int:
    """The edit that a line of the audit names; 0 for none."""
    told = json.loads(row.after or row.before or "{}")
    return int(told.get("edit", 0))


def _imports(connection: Connection, code: str) -> list[Step]:
    """When the layers below the edits began to tell what they tell or told."""
    found = []
    for table, moment in ((catalogue_entry, "changed_at"), (catalogue_past, "told_from")):
        here = table.c.code == code, table.c.layer != EDITED
        rows = connection.execute(select(table.c.layer, table.c.source, table.c[moment].label("at")).where(*here))
        found += [Step(utc(row.at), "told", "", "", 0, row.layer, row.source) for row in rows]
    return found


def _parts(procedure: Procedure, language: str, added: Sequence[Note]) -> list[tuple[str, tuple[str, ...]]]:
    told = ((label(name, language), facts(procedure, language, name, added)) for name in PARTS)
    return [(called, lines) for called, lines in told if lines]


def _code(request: Request) -> str:
    """Raises HTTPException 404."""
    code = str(request.path_params["code"])
    if not is_code(code):
        raise HTTPException(404)
    return code


def _day(told: str) -> date | None:
    try:
        return date.fromisoformat(told)
    except ValueError:
        return None
