"""How long each kind of data is kept: typed, looked at (what would go, how old it is), and only then saved."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from sqlalchemy.engine import Connection
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from bot import site_settings
from bot.access import Route
from bot.accounts.people import Person, Role
from bot.console.deeds import Deeds, Invalid, text
from bot.errors import DeskError
from bot.privacy import retention
from bot.site_settings import FOR_EVER, KEPT, LONGEST_KEPT, SHORTEST_KEPT

HERE = "/admin/settings/keeping"


class KeepingPages(Deeds):
    """One page, which looks before it saves."""

    def routes(self) -> list[Route]:
        """The page, the look ahead, and what is saved."""
        return [
            Route(HERE, self.page, access=Role.ADMIN),
            Route(f"{HERE}/look", self.look, access=Role.ADMIN, methods=["POST"]),
            Route(f"{HERE}/save", self.save, access=Role.ADMIN, methods=["POST"]),
            Route(f"{HERE}/ask-again", self.ask_again, access=Role.ADMIN, methods=["POST"]),
        ]

    async def page(self, request: Request) -> Response:
        """The days of each kind, and a version of the notice."""
        person = await self._person(request)
        told = await asyncio.to_thread(self._told, None)
        done = "done" in request.query_params
        return self._frame.page(request, person, "keeping.html", done=done, reason="", **told)

    async def look(self, request: Request) -> Response:
        """What would go by these days, counted; nothing is changed."""
        person = await self._person(request)
        form = await self._frame.form(request)
        try:
            told = await asyncio.to_thread(self._told, _days(form))
        except DeskError as error:
            return self._frame.trouble(request, person, error)
        return self._frame.page(request, person, "keeping.html", done=False, reason=text(form, "reason"), **told)

    async def save(self, request: Request) -> Response:
        """Keeps them; the next look of bot.forgetting goes by them."""

        def deed(connection: Connection, person: Person, form: FormData) -> None:
            site_settings.put(connection, person.id, text(form, "reason"), keep_days=_days(form))

        return await self._do(request, deed, HERE)

    async def ask_again(self, request: Request) -> Response:
        """The notice has changed: everybody is asked once more."""

        def deed(connection: Connection, person: Person, form: FormData) -> None:
            version = site_settings.current(connection).notice + 1
            site_settings.put(connection, person.id, text(form, "reason"), notice=version)

        return await self._do(request, deed, HERE)

    def _told(self, days: Mapping[str, int] | None) -> dict[str, Any]:
        """Raises Refused for days that cannot be."""
        with self._frame.reading.connect() as connection:
            site = site_settings.current(connection)
            would = retention.preview(connection, site_settings.with_days(site, days)) if days is not None else []
        shown = days if days is not None else {kind: site.days(kind) for kind in KEPT}
        limits = {"shortest": SHORTEST_KEPT, "longest": LONGEST_KEPT, "for_ever": FOR_EVER}
        return {"days": shown, "would": would, "looked": days is not None, "notice": site.notice, **limits}


def _days(form: FormData) -> dict[str, int]:
    """Raises Invalid for what is no figure."""
    try:
        return {kind: int(text(form, f"days_{kind}") or 0) for kind in KEPT}
    except ValueError:
        raise Invalid("value") from None
