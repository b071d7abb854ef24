"""Rules of the desk: what people answer, what waits for a yes, where a matter goes; added and ended, with a reason."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Any

from sqlalchemy.engine import Connection
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from bot.access import Route
from bot.accounts.people import Person, Role
from bot.console import audit
from bot.console.deeds import Deeds, Invalid, text
from bot.desk.frame import number
from bot.handover import rules
from bot.handover.lessons import INTENTS
from bot.handover.rules import Rule, RuleKind
from bot.web.body import field
from procedures import store
from procedures.model import OfficeKind

_HERE = "/admin/settings/rules"


class RulePages(Deeds):
    """One page."""

    def routes(self) -> list[Route]:
        """The list, a new one, and the end of one."""
        return [
            Route(_HERE, self.list, access=Role.ADMIN),
            Route(_HERE, self.add, access=Role.ADMIN, methods=["POST"]),
            Route(f"{_HERE}/{{id:int}}/end", self.end, access=Role.ADMIN, methods=["POST"]),
        ]

    async def list(self, request: Request) -> Response:
        """Those that hold, in the order in which they decide."""
        person = await self._person(request)
        told = await asyncio.to_thread(self._list)
        choices: dict[str, Any] = {"kinds": list(RuleKind), "intents": INTENTS, "office_kinds": list(OfficeKind)}
        return self._frame.page(request, person, "rules.html", done="done" in request.query_params, **choices, **told)

    async def add(self, request: Request) -> Response:
        """Keeps another one; it holds for the next message."""

        def deed(connection: Connection, person: Person, form: FormData) -> None:
            rule = _rule(form, person)
            made = rules.add(connection, rule)
            audit.note(connection, person.id, "rule.added", str(made), after=_plain(rule), reason=rule.reason)

        return await self._do(request, deed, _HERE)

    async def end(self, request: Request) -> Response:
        """It holds no more."""

        def deed(connection: Connection, person: Person, _: FormData) -> None:
            id_ = number(request.path_params["id"])
            old = next((one for one in rules.every(connection) if one.id == id_), None)
            rules.end(connection, id_)
            audit.note(connection, person.id, "rule.ended", str(id_), before=_plain(old) if old else None)

        return await self._do(request, deed, _HERE)

    def _list(self) -> dict[str, Any]:
        with self._frame.reading.connect() as connection:
            shown = rules.every(connection)
            found = {rule.code: store.load(connection, rule.code) for rule in shown if rule.code}
        return {"shown": shown, "titles": {code: one.title for code, one in found.items() if one}}


def _rule(form: FormData, person: Person) -> Rule:
    """Raises Invalid for an intent that is none, ValueError for a kind."""
    intent, to = field(form, "intent"), field(form, "to")
    if intent and intent not in INTENTS:
        raise Invalid("value")
    kind = RuleKind(field(form, "kind"))
    # Who chooses another kind after the office has not chosen an office.
    office_kind = OfficeKind(to) if to and kind is RuleKind.ROUTE else None
    about = (text(form, "code"), text(form, "field"), intent)
    return Rule(kind, text(form, "reason"), person.name, *about, office_kind)


def _plain(rule: Rule) -> dict[str, Any]:
    """As JSON holds it."""
    to = rule.office_kind.value if rule.office_kind else ""
    told = {**asdict(rule), "kind": rule.kind.value, "office_kind": to}
    return {name: value for name, value in told.items() if value and name != "id"}
