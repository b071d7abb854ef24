"""The first page of the console: what waits for somebody, and where the catalogue stands."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from bot.access import Route
from bot.accounts.people import Role
from bot.console import edits, gaps, scam_pages, shelves
from bot.console.gap_lines import Lines
from bot.console.shelves import Shelves
from bot.desk.frame import Frame
from bot.store.console_tables import training_run

#: Edits that are named on the page.
_SHOWN = 8


class Home:
    """One page."""

    def __init__(self, frame: Frame, shelf: Shelves, lines: Lines) -> None:
        self._frame, self._shelves, self._lines = frame, shelf, lines

    def routes(self) -> list[Route]:
        """The address that all others begin with."""
        return [Route("/admin", self.show, access=Role.EDITOR)]

    async def show(self, request: Request) -> Response:
        """What there is to do."""
        person = await self._frame.person(request)
        self._frame.allow(person, Role.EDITOR)
        shown = await asyncio.to_thread(self._shown)
        return self._frame.page(request, person, "home.html", **shown)

    def _shown(self) -> dict[str, Any]:
        known = self._shelves.known(shelves.PATIENCE)
        with self._frame.reading.connect() as connection:
            last = select(training_run).order_by(training_run.c.id.desc()).limit(1)
            return {
                "counts": self._shelves.counts(connection) if known else None,
                "by_status": {status.value: number for status, number in edits.counts(connection).items()},
                "gaps": gaps.waiting(connection, self._lines) if known else 0,
                "scam": scam_pages.waiting(connection),
                "training": connection.execute(last).first(),
                "waiting": edits.listed(connection, (edits.Status.IN_REVIEW, edits.Status.APPROVED), _SHOWN),
                "drafts": edits.listed(connection, (edits.Status.DRAFT,), _SHOWN),
            }
