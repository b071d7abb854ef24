"""Offices with a desk: hours with the lunch between, the promise; holidays; and what citizens are told of addresses."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import date, time
from typing import Any

from sqlalchemy.engine import Connection
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.access import Route
from bot.accounts.people import Person, Role
from bot.console import audit
from bot.console.deeds import Deeds, Invalid, day, text
from bot.conversation.hours import Period
from bot.desk.frame import number
from bot.errors import StaffInvalid
from bot.handover import days, offices, week
from bot.handover.days import Day
from bot.handover.offices import Office
from bot.handover.week import Week
from bot.web.body import field
from procedures import notes
from procedures.model import OfficeFacts, OfficeKind
from procedures.offices import OF_COMMUNE
from procedures.places import places
from procedures.validity import today

_HERE = "/admin/settings"
#: Periods of a day that a form has room for: morning and afternoon, with the lunch between.
PERIODS = 2
#: What a new office begins with.
_USUAL = week.parse("T2-T6 07:30-11:30 13:30-17:00")
_FACTS = ("name", "address", "telephone", "hours", "source")


class OfficePages(Deeds):
    """Offices, days, contacts."""

    def routes(self) -> list[Route]:
        """A number names an office."""
        one = f"{_HERE}/offices/{{id:int}}"
        return [
            Route(f"{_HERE}/offices", self.list, access=Role.ADMIN),
            Route(f"{_HERE}/offices/new", self.form, access=Role.ADMIN),
            Route(f"{_HERE}/offices/new", self.add, access=Role.ADMIN, methods=["POST"]),
            Route(one, self.form, access=Role.ADMIN),
            Route(one, self.change, access=Role.ADMIN, methods=["POST"]),
            Route(f"{one}/end", self.end, access=Role.ADMIN, methods=["POST"]),
            Route(f"{_HERE}/days", self.days, access=Role.ADMIN),
            Route(f"{_HERE}/days", self.put_day, access=Role.ADMIN, methods=["POST"]),
            Route(f"{_HERE}/days/{{day}}/end", self.drop_day, access=Role.ADMIN, methods=["POST"]),
            Route(f"{_HERE}/contacts", self.contacts, access=Role.ADMIN),
            Route(f"{_HERE}/contacts", self.put_contact, access=Role.ADMIN, methods=["POST"]),
        ]

    async def list(self, request: Request) -> Response:
        """All with a desk."""
        person = await self._person(request)
        found = await asyncio.to_thread(self._every)
        shown = [(one, week.text_of(one.calendar.week)) for one in found]
        return self._frame.page(request, person, "offices.html", shown=shown, done=_done(request))

    async def form(self, request: Request) -> Response:
        """An empty form, or that of an office."""
        person = await self._person(request)
        old = await asyncio.to_thread(self._old, request) if "id" in request.path_params else None
        hours = _rows(old.calendar.week if old else _USUAL)
        described = old is not None and (old.kind in OF_COMMUNE or not old.place)
        known = {"kinds": list(OfficeKind), "places": _places(), "described": described, "done": _done(request)}
        limits = {"least": offices.LEAST_PROMISE, "most": offices.MOST_PROMISE, "longest": offices.LONGEST_NAME}
        own = old.name if old and _has_own_name(old) else ""
        told: dict[str, Any] = {"old": old, "hours": hours, "own": own, "centre": offices.CENTRE, **known, **limits}
        return self._frame.page(request, person, "office_form.html", **told)

    async def add(self, request: Request) -> Response:
        """A desk for another office."""

        def deed(connection: Connection, person: Person, form: FormData) -> None:
            kind, place, hours = OfficeKind(field(form, "kind")), field(form, "place"), _week(form)
            told: dict[str, Any] = {"name": text(form, "name"), "promise": int(field(form, "promise"))}
            id_ = offices.add(connection, kind, place, hours, **told)
            after = {"kind": kind.value, "place": place, "hours": week.text_of(hours), **told}
            audit.note(connection, person.id, "office.added", str(id_), after=after)

        return await self._do(request, deed, f"{_HERE}/offices")

    async def change(self, request: Request) -> Response:
        """Other hours, another promise or name."""

        def deed(connection: Connection, person: Person, form: FormData) -> None:
            old = self._known(connection, request)
            name, hours, promise = text(form, "name"), _week(form), int(field(form, "promise"))
            before = _plain(old)
            offices.change(connection, old.id, name=name, hours=hours, promise=promise)
            after = _plain(offices.of(connection, old.id))
            moved = [what for what in after if after[what] != before[what]]
            if moved:
                told = ({what: before[what] for what in moved}, {what: after[what] for what in moved})
                audit.note(connection, person.id, "office.changed", str(old.id), before=told[0], after=told[1])

        return await self._do(request, deed, request.url.path)

    async def end(self, request: Request) -> Response:
        """It has no desk any more."""

        def deed(connection: Connection, person: Person, _: FormData) -> None:
            old = self._known(connection, request)
            offices.end(connection, old.id)
            audit.note(connection, person.id, "office.ended", str(old.id), before=_plain(old))

        return await self._do(request, deed, f"{_HERE}/offices")

    async def days(self, request: Request) -> Response:
        """Holidays, and Saturdays that are worked in exchange: this year's and later ones."""
        person = await self._person(request)
        found = await asyncio.to_thread(self._days)
        shown = [one for one in found if one.day.year >= today().year]
        limits = {"longest_name": days.LONGEST_NAME, "longest_source": days.LONGEST_SOURCE}
        return self._frame.page(request, person, "days.html", shown=shown, done=_done(request), **limits)

    async def put_day(self, request: Request) -> Response:
        """A day, in place of what was told of it before."""

        def deed(connection: Connection, person: Person, form: FormData) -> None:
            told = Day(day(form, "day"), field(form, "open") == "yes", text(form, "name"), text(form, "source"))
            days.put(connection, told)
            after = {**asdict(told), "day": told.day.isoformat()}
            audit.note(connection, person.id, "day.set", told.day.isoformat(), after=after)

        return await self._do(request, deed, f"{_HERE}/days")

    async def drop_day(self, request: Request) -> Response:
        """A day like any other again."""

        def deed(connection: Connection, person: Person, _: FormData) -> None:
            which = date.fromisoformat(request.path_params["day"])
            days.remove(connection, which)
            audit.note(connection, person.id, "day.removed", which.isoformat())

        return await self._do(request, deed, f"{_HERE}/days")

    async def contacts(self, request: Request) -> Response:
        """What citizens are told of offices; `kind` and `place` fill the form."""
        person = await self._person(request)
        shown = await asyncio.to_thread(self._contacts)
        asked = (request.query_params.get("kind", ""), request.query_params.get("place", ""))
        one = next((one for one in shown if (one.kind.value, one.place) == asked), None)
        names = {place.code: place.name for place in places()}
        known = {"kinds": list(OfficeKind), "places": _places(), "names": names, "done": _done(request)}
        told: dict[str, Any] = {"shown": shown, "one": one, "kind": asked[0], "place": asked[1], **known}
        return self._frame.page(request, person, "contacts.html", **told)

    async def put_contact(self, request: Request) -> Response:
        """Keeps it, or, where all is empty, tells nothing any more; the next answer has it."""

        def deed(connection: Connection, person: Person, form: FormData) -> None:
            kind, place = OfficeKind(field(form, "kind")), field(form, "place")
            told: dict[str, Any] = {name: text(form, name) for name in _FACTS}
            old = notes.office(connection, kind, place)
            if any(told[name] for name in ("name", "address", "telephone", "hours")):
                notes.put_office(connection, OfficeFacts(kind, place=place, **told))
            elif old is not None:
                notes.drop_office(connection, kind, place)
            before = {name: getattr(old, name) for name in _FACTS} if old else None
            subject = " ".join(filter(None, (kind.value, place)))
            audit.note(connection, person.id, "contact.changed", subject, before=before, after=told)

        return await self._do(request, deed, f"{_HERE}/contacts")

    def _every(self) -> tuple[Office, ...]:
        with self._frame.reading.connect() as connection:
            return offices.every(connection)

    def _days(self) -> tuple[Day, ...]:
        with self._frame.reading.connect() as connection:
            return days.every(connection)

    def _contacts(self) -> tuple[OfficeFacts, ...]:
        with self._frame.reading.connect() as connection:
            return notes.all_offices(connection)

    def _old(self, request: Request) -> Office:
        with self._frame.reading.connect() as connection:
            return self._known(connection, request)

    def _known(self, connection: Connection, request: Request) -> Office:
        """Raises HTTPException 404."""
        try:
            return offices.of(connection, number(request.path_params["id"]))
        except StaffInvalid as error:
            raise HTTPException(404) from error


def _done(request: Request) -> bool:
    return "done" in request.query_params


def _places() -> list[tuple[str, str]]:
    return sorted(((place.code, place.name) for place in places()), key=lambda one: one[1])


def _has_own_name(office: Office) -> bool:
    return office.kind in offices.NAMELESS or office.name != offices.usual_name(office.kind, office.place)


def _plain(office: Office) -> dict[str, Any]:
    return {"name": office.name, "hours": week.text_of(office.calendar.week), "promise": office.promise}


def _rows(hours: Week) -> list[list[tuple[str, str]]]:
    """Each day with its periods as a form has them; a morning alone leaves the afternoon empty."""
    room = max(PERIODS, *(len(periods) for periods in hours))
    told = [[(f"{opens:%H:%M}", f"{closes:%H:%M}") for opens, closes in periods] for periods in hours]
    return [[*periods, *[("", "")] * (room - len(periods))] for periods in told]


def _week(form: FormData) -> Week:
    """Raises Invalid and StaffInvalid for hours that cannot be, ValueError for what is no time."""
    made = tuple(_periods(form, one) for one in range(len(week.DAYS)))
    return week.parse(week.text_of(made))


def _periods(form: FormData, weekday: int) -> tuple[Period, ...]:
    found: list[Period] = []
    for part in range(len(form)):
        opens, closes = text(form, f"opens_{weekday}_{part}"), text(form, f"closes_{weekday}_{part}")
        if bool(opens) != bool(closes):
            raise Invalid("hours")
        if opens:
            found.append((time.fromisoformat(opens.zfill(5)), time.fromisoformat(closes.zfill(5))))
        elif part >= PERIODS:
            break
    return tuple(found)
