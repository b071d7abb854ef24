"""Settings that are no secret: two people, opening text, thresholds, retention; channels; banners."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot import banners, site_settings, switches
from bot.access import Route
from bot.accounts.people import Person, Role
from bot.console.deeds import Deeds, Invalid, day, text
from bot.desk.frame import number
from bot.store.channel_tables import channel_pause
from bot.store.console_tables import site_setting
from bot.store.desk_tables import staff
from bot.switches import Switch
from bot.web.body import field
from procedures.places import places
from procedures.search.rank import sure_from
from procedures.validity import today

_HERE = "/admin/settings"
#: What one form changes, by its name.
_FORMS = {
    "publishing": ("two_people",),
    "opening": ("opening",),
    "answers": ("sure", "offer", "near"),
}


class SettingsPages(Deeds):
    """The first page, with what has no page of its own."""

    def routes(self) -> list[Route]:
        """One address for each form."""
        return [
            Route(_HERE, self.page, access=Role.ADMIN),
            Route(f"{_HERE}/channels", self.channels, access=Role.ADMIN),
            Route(f"{_HERE}/channels", self.turn, access=Role.ADMIN, methods=["POST"]),
            Route(f"{_HERE}/banners", self.banners, access=Role.ADMIN),
            Route(f"{_HERE}/banners", self.add, access=Role.ADMIN, methods=["POST"]),
            Route(f"{_HERE}/banners/{{id:int}}/end", self.end, access=Role.ADMIN, methods=["POST"]),
            Route(f"{_HERE}/set/{{form}}", self.save, access=Role.ADMIN, methods=["POST"]),
        ]

    async def page(self, request: Request) -> Response:
        """How everything stands, and where the rest is."""
        person = await self._person(request)
        told = await asyncio.to_thread(self._settings)
        return self._frame.page(request, person, "settings.html", done=_done(request), **told)

    async def save(self, request: Request) -> Response:
        """Keeps what one form holds."""

        def deed(connection: Connection, person: Person, form: FormData) -> None:
            told = {name: _value(name, form) for name in names}
            site_settings.put(connection, person.id, text(form, "reason"), **told)

        if request.path_params["form"] not in _FORMS:
            raise HTTPException(404)
        names = _FORMS[request.path_params["form"]]
        return await self._do(request, deed, _HERE)

    async def channels(self, request: Request) -> Response:
        """Which channels answer."""
        person = await self._person(request)
        told = await asyncio.to_thread(self._channels)
        return self._frame.page(request, person, "channels.html", done=_done(request), **told)

    async def turn(self, request: Request) -> Response:
        """Switches one, with a reason; it holds for the next message."""

        def deed(connection: Connection, person: Person, form: FormData) -> None:
            channel = field(form, "channel")
            if channel not in self._frame.channels:
                raise Invalid("channel")
            switches.turn(connection, channel, Switch(field(form, "switch")), text(form, "reason"), person.id)

        return await self._do(request, deed, f"{_HERE}/channels")

    async def banners(self, request: Request) -> Response:
        """All banners, and a form for another one."""
        person = await self._person(request)
        told = await asyncio.to_thread(self._banners)
        return self._frame.page(request, person, "banners.html", done=_done(request), **told)

    async def add(self, request: Request) -> Response:
        """Shows another one."""

        def deed(connection: Connection, person: Person, form: FormData) -> None:
            texts = {one: field(form, f"text_{one}") for one in banners.LANGUAGES}
            days = (day(form, "starts_on"), day(form, "ends_on"))
            banners.add(connection, person.id, field(form, "place"), texts, *days)

        return await self._do(request, deed, f"{_HERE}/banners")

    async def end(self, request: Request) -> Response:
        """Shows it no more."""

        def deed(connection: Connection, person: Person, _: FormData) -> None:
            banners.end(connection, person.id, number(request.path_params["id"]))

        return await self._do(request, deed, f"{_HERE}/banners")

    def _settings(self) -> dict[str, Any]:
        with self._frame.reading.connect() as connection:
            site = site_settings.current(connection)
            rows = select(
                site_setting.c.name, site_setting.c.reason, site_setting.c.changed_at, staff.c.name.label("by")
            )
            changed = connection.execute(rows.outerjoin(staff, staff.c.id == site_setting.c.staff_id))
            last = {row.name: row for row in changed}
        known = {"languages": banners.LANGUAGES, "learnt": sure_from(), "most": site_settings.LONGEST_OPENING}
        return {"site": site, "last": last, **known}

    def _channels(self) -> dict[str, Any]:
        with self._frame.reading.connect() as connection:
            site = site_settings.current(connection)
            paused = {row.channel: row for row in connection.execute(select(channel_pause))}
        shown = [(name, _switch(site.channels_off.get(name, {}))) for name in self._frame.channels]
        off = site.channels_off
        return {"shown": shown, "off": off, "paused": paused, "here": switches.HERE, "switches": list(Switch)}

    def _banners(self) -> dict[str, Any]:
        with self._frame.reading.connect() as connection:
            shown = banners.every(connection)
        names = {place.code: place.name for place in places()}
        known = {"languages": banners.LANGUAGES, "longest": banners.LONGEST, "today": today()}
        return {"shown": shown, "places": sorted(names.items(), key=lambda one: one[1]), "names": names, **known}


def _switch(told: Mapping[str, str]) -> Switch:
    return Switch(told.get("switch", Switch.ON.value))


def _value(name: str, form: FormData) -> Any:
    """What a form says of a setting. Raises ValueError for a figure that is none."""
    if name == "opening":
        return {one: field(form, f"opening_{one}") for one in banners.LANGUAGES}
    told = text(form, name)
    if name == "two_people":
        return told == "yes"
    # Figures are written with a comma here.
    return float(told.replace(",", ".") or 0)


def _done(request: Request) -> bool:
    return "done" in request.query_params
