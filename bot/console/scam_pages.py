"""Pages of what citizens showed of scams: counted by site, read one by one, marked as seen to."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.engine import Connection
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.access import Route
from bot.accounts.people import Person, Role
from bot.console import audit
from bot.console.deeds import Deeds
from bot.desk.frame import number
from bot.post.clock import now
from bot.store.desk_tables import staff
from bot.store.scam_tables import scam_report

HERE = "/admin/scam"
#: Reports on a page; sites that are counted.
_AT_ONCE, _SITES = 50, 30


class ScamPages(Deeds):
    """One page and one deed."""

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            Route(HERE, self.page, access=Role.ADMIN),
            Route(f"{HERE}/{{report:int}}/handle", self.handle, access=Role.ADMIN, methods=["POST"]),
        ]

    async def page(self, request: Request) -> Response:
        """Reports, newest first; with ?show=all those seen to as well."""
        person = await self._person(request)
        everything = request.query_params.get("show") == "all"
        told = request.query_params.get("before", "")
        before = int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 0
        shown = await asyncio.to_thread(self._read, everything, before)
        return self._frame.page(request, person, "scam.html", everything=everything, **shown)

    async def handle(self, request: Request) -> Response:
        """Marks one as seen to, with its line in the audit; doing it again changes nothing."""
        report = number(request.path_params["report"])

        def deed(connection: Connection, person: Person, _: FormData) -> None:
            handle(connection, report, person.id)

        return await self._do(request, deed, HERE)

    def _read(self, everything: bool, before: int) -> dict[str, Any]:
        with self._frame.reading.connect() as connection:
            found = reports(connection, everything, before)
            sites = by_site(connection, everything)
        more = found[_AT_ONCE - 1].id if len(found) > _AT_ONCE else 0
        return {"reports": found[:_AT_ONCE], "sites": sites, "more": more}


def reports(connection: Connection, everything: bool, before: int = 0) -> list[Any]:
    """One more than a page holds, newest first, with `name` of who has seen to it."""
    wanted = select(scam_report, staff.c.name).outerjoin(staff, staff.c.id == scam_report.c.staff_id)
    if not everything:
        wanted = wanted.where(scam_report.c.handled_at.is_(None))
    if before:
        wanted = wanted.where(scam_report.c.id < before)
    return list(connection.execute(wanted.order_by(scam_report.c.id.desc()).limit(_AT_ONCE + 1)))


def by_site(connection: Connection, everything: bool) -> list[Any]:
    """Sites with how often and when last they were shown, the most frequent first."""
    times = func.count().label("times")
    wanted = select(scam_report.c.host, times, func.max(scam_report.c.created_at).label("last"))
    if not everything:
        wanted = wanted.where(scam_report.c.handled_at.is_(None))
    counted = wanted.where(scam_report.c.host != "").group_by(scam_report.c.host)
    return list(connection.execute(counted.order_by(times.desc(), scam_report.c.host).limit(_SITES)))


def waiting(connection: Connection) -> int:
    """Reports that nobody has seen to."""
    open_ones = select(func.count()).select_from(scam_report).where(scam_report.c.handled_at.is_(None))
    return int(connection.execute(open_ones).scalar() or 0)


def handle(connection: Connection, report: int, staff_id: int) -> None:
    """Raises HTTPException 404 where there is no such report."""
    mine = scam_report.c.id == report
    host = connection.execute(select(scam_report.c.host).where(mine)).first()
    if host is None:
        raise HTTPException(404)
    seen = update(scam_report).where(mine, scam_report.c.handled_at.is_(None))
    if connection.execute(seen.values(handled_at=now(), staff_id=staff_id)).rowcount:
        audit.note(connection, staff_id, "scam.handled", str(report), after={"host": host.host})
