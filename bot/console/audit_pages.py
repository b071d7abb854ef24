"""Who did what: searched by words, person, kind of deed and days, newest first."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from bot.access import Route
from bot.accounts.people import Role
from bot.console.deeds import Deeds
from bot.store.console_tables import audit_entry
from bot.store.desk_tables import staff
from bot.watch import signs
from procedures.validity import HERE

_HERE = "/admin/audit"
#: Lines of one page; characters of a value that are shown.
_AT_ONCE, _SHOWN = 50, 400
_FIELDS = ("q", "who", "action", "from", "to")


@dataclass(frozen=True)
class Entry:
    """A line as it is shown."""

    id: int
    at: datetime
    #: Empty: the system.
    name: str
    action: str
    subject: str
    #: Name of a value → before and after; one of them may be empty.
    values: Mapping[str, tuple[str, str]]
    reason: str


class AuditPages(Deeds):
    """One page."""

    def routes(self) -> list[Route]:
        """Its address."""
        return [Route(_HERE, self.page, access=Role.ADMIN)]

    async def page(self, request: Request) -> Response:
        """What was sought, fifty at once."""
        person = await self._person(request)
        asked = {name: request.query_params.get(name, "")[:120].strip() for name in _FIELDS}
        before = request.query_params.get("before", "")
        oldest = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else 0
        told = await asyncio.to_thread(self._read, asked, oldest)
        return self._frame.page(request, person, "audit.html", asked=asked, **told)

    def _read(self, asked: Mapping[str, str], oldest: int) -> dict[str, Any]:
        with self._frame.reading.connect() as connection:
            shown = _found(connection, asked, oldest)
            actions = connection.execute(select(audit_entry.c.action).distinct().order_by(audit_entry.c.action))
            who = select(staff.c.id, staff.c.name).where(staff.c.id.in_(select(audit_entry.c.staff_id)))
            people = connection.execute(who.order_by(staff.c.name)).all()
            return {
                "shown": shown[:_AT_ONCE],
                "more": shown[_AT_ONCE - 1].id if len(shown) > _AT_ONCE else 0,
                "actions": actions.scalars().all(),
                "people": people,
                "chain": signs.every(connection).get(signs.AUDIT),
            }


def _found(connection: Connection, asked: Mapping[str, str], oldest: int) -> list[Entry]:
    """One more than a page holds."""
    named = select(audit_entry, staff.c.name).outerjoin(staff, staff.c.id == audit_entry.c.staff_id)
    wanted = named.where(*_conditions(asked)).order_by(audit_entry.c.id.desc()).limit(_AT_ONCE + 1)
    if oldest:
        wanted = wanted.where(audit_entry.c.id < oldest)
    return [_entry(row) for row in connection.execute(wanted)]


def _conditions(asked: Mapping[str, str]) -> list[Any]:
    which: list[Any] = []
    for word in asked["q"].split():
        columns = (audit_entry.c.subject, audit_entry.c.action, audit_entry.c.reason)
        values = (audit_entry.c.before, audit_entry.c.after, func.coalesce(staff.c.name, ""))
        which.append(or_(*(column.ilike(f"%{_plain(word)}%", escape="/") for column in (*columns, *values))))
    if asked["who"].isascii() and asked["who"].isdigit() and len(asked["who"]) < 10:
        nobody = asked["who"] == "0"
        which.append(audit_entry.c.staff_id.is_(None) if nobody else audit_entry.c.staff_id == int(asked["who"]))
    if asked["action"]:
        which.append(audit_entry.c.action == asked["action"])
    first, last = _day(asked["from"]), _day(asked["to"])
    if first:
        which.append(audit_entry.c.created_at >= _morning(first))
    if last:
        which.append(audit_entry.c.created_at < _morning(last + timedelta(days=1)))
    return which


def _plain(word: str) -> str:
    """Without what LIKE would read."""
    return word.replace("/", "//").replace("%", "/%").replace("_", "/_")


def _day(told: str) -> date | None:
    """None for what is no day that can be counted with."""
    try:
        found = date.fromisoformat(told)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2200 else None


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(), HERE).astimezone(timezone.utc)


def _entry(row: Any) -> Entry:
    before, after = _values(row.before), _values(row.after)
    names = dict.fromkeys((*before, *after))
    values = {name: (before.get(name, ""), after.get(name, "")) for name in names}
    return Entry(row.id, row.created_at, row.name or "", row.action, row.subject, values, row.reason)


def _values(kept: str) -> dict[str, str]:
    """By name; what has none stands under an empty one."""
    if not kept:
        return {}
    told = json.loads(kept)
    named = told if isinstance(told, dict) else {"": told}
    return {str(name): _short(value) for name, value in named.items()}


def _short(value: object) -> str:
    told = _told(value)
    return told if len(told) <= _SHOWN else f"{told[:_SHOWN]}…"


def _told(value: object) -> str:
    """As people read it, as far as a program can tell."""
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_told(one)}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(_told, value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
