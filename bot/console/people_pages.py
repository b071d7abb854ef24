"""Who may sign in: added, given another role, office or password, signed out, ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.access import Route
from bot.accounts import attempts, factors, leaving, links, passwords, people, province, province_people
from bot.accounts.people import LANGUAGES, Person, Role
from bot.console import audit
from bot.console.deeds import Deeds, Invalid, text
from bot.desk.frame import number
from bot.errors import DeskError
from bot.handover import offices
from bot.store.desk_tables import staff
from bot.web.body import field
from procedures.typed.fold import fold

_HERE = "/admin/people"
_LINK_HOURS = int(links.LASTS.total_seconds()) // 3600


class PeoplePages(Deeds):
    """The list, and a page for each of the staff."""

    def routes(self) -> list[Route]:
        """A number names somebody who can sign in."""
        one = f"{_HERE}/{{id:int}}"
        return [
            Route(_HERE, self.list, access=Role.ADMIN),
            Route(f"{_HERE}/new", self.new, access=Role.ADMIN),
            Route(f"{_HERE}/new", self.add, access=Role.ADMIN, methods=["POST"]),
            Route(one, self.show, access=Role.ADMIN),
            Route(one, self.change, access=Role.ADMIN, methods=["POST"]),
            Route(f"{one}/password", self.password, access=Role.ADMIN, methods=["POST"]),
            Route(f"{one}/second", self.second, access=Role.ADMIN, methods=["POST"]),
            Route(f"{one}/province", self.province, access=Role.ADMIN, methods=["POST"]),
            Route(f"{one}/sign-out", self.sign_out, access=Role.ADMIN, methods=["POST"]),
            Route(f"{one}/end", self.end, access=Role.ADMIN, methods=["POST"]),
        ]

    async def list(self, request: Request) -> Response:
        """Everybody who can sign in, and who once could."""
        person = await self._person(request)
        wanted = request.query_params.get("q", "")[:80]
        told = await asyncio.to_thread(self._list, wanted)
        return self._frame.page(request, person, "people.html", q=wanted, done=_done(request), **told)

    async def new(self, request: Request) -> Response:
        """An empty form."""
        person = await self._person(request)
        return await self._form(request, person, None)

    async def show(self, request: Request) -> Response:
        """Somebody, and what can be done."""
        person = await self._person(request)
        return await self._form(request, person, await asyncio.to_thread(self._who, request))

    async def add(self, request: Request) -> Response:
        """Somebody new; the link by which they choose a password is shown, this once."""

        def deed(connection: Connection, by: Person, sent: FormData) -> int:
            told = _told(sent)
            login = people.named(field(sent, "login"))
            # Nobody knows this one: they choose their own.
            made = people.add(connection, login=field(sent, "login"), password=passwords.make(), **told)
            audit.note(connection, by.id, "staff.added", login, after=_plain(told))
            return made

        return await self._with_link(request, deed)

    async def password(self, request: Request) -> Response:
        """A link, shown this once. The old password ends, which also unlocks, and so do all sessions."""

        def deed(connection: Connection, by: Person, _: FormData) -> int:
            who = self._known(connection, request)
            people.set_password(connection, who.id, passwords.make())
            audit.note(connection, by.id, "staff.password_reset", who.login)
            return who.id

        return await self._with_link(request, deed)

    async def second(self, request: Request) -> Response:
        """Without a second factor from now on: both telephone and paper are lost. They are signed out everywhere."""

        def deed(connection: Connection, by: Person, form: FormData) -> None:
            who = self._other(connection, request, by, form)
            factors.drop(connection, who.id)
            audit.note(connection, by.id, "staff.second_factor_reset", who.login)

        return await self._do(request, deed, f"{_HERE}/{request.path_params['id']}")

    async def province(self, request: Request) -> Response:
        """By which address the province's sign-in knows them."""

        def deed(connection: Connection, by: Person, form: FormData) -> None:
            who = self._known(connection, request)
            before, email = province_people.email_of(connection, who.id), field(form, "email")
            province_people.put(connection, who.id, email)
            after = province_people.email_of(connection, who.id)
            audit.note(connection, by.id, "staff.province_email", who.login, before=before, after=after)

        return await self._do(request, deed, f"{_HERE}/{request.path_params['id']}")

    async def change(self, request: Request) -> Response:
        """Another name, role, office, languages or address."""

        def deed(connection: Connection, by: Person, form: FormData) -> None:
            who = self._known(connection, request)
            told = _told(form)
            before = _plain({name: getattr(who, name) for name in told})
            people.change(connection, who.id, **told)
            moved = {name: value for name, value in _plain(told).items() if value != before[name]}
            old = {name: before[name] for name in moved}
            if moved:
                audit.note(connection, by.id, "staff.changed", who.login, before=old, after=moved)

        return await self._do(request, deed, request.url.path)

    async def sign_out(self, request: Request) -> Response:
        """Out of all browsers, such as after a telephone was lost."""

        def deed(connection: Connection, by: Person, _: FormData) -> None:
            who = self._known(connection, request)
            people.sign_out(connection, who.id)
            audit.note(connection, by.id, "staff.signed_out", who.login)

        return await self._do(request, deed, f"{_HERE}/{request.path_params['id']}")

    async def end(self, request: Request) -> Response:
        """They have left: no login any more, and their cases go back in line."""

        def deed(connection: Connection, by: Person, form: FormData) -> None:
            who = self._other(connection, request, by, form)
            returned = leaving.end(connection, who.id)
            audit.note(connection, by.id, "staff.ended", who.login, after={"cases_returned": len(returned)})

        return await self._do(request, deed, _HERE)

    async def _with_link(self, request: Request, deed: Callable[[Connection, Person, FormData], int]) -> Response:
        """Hashing takes long and much memory, so one at a time."""
        person = await self._person(request)
        form = await self._frame.form(request)

        def linked(connection: Connection, by: Person, sent: FormData) -> tuple[int, str]:
            made = deed(connection, by, sent)
            return made, links.make(connection, made, by.id)

        try:
            told: Any = await attempts.in_turn(self._within, linked, person, form)
        except DeskError as error:
            return self._frame.trouble(request, person, error)
        who = await asyncio.to_thread(self._by_id, told[0])
        values: dict[str, Any] = {"link": f"{self._frame.settings.base_url}/link/{told[1]}", "hours": _LINK_HOURS}
        return self._frame.page(request, person, "people_link.html", who=who, **values)

    async def _form(self, request: Request, person: Person, who: Person | None) -> Response:
        told = await asyncio.to_thread(self._choices, who)
        return self._frame.page(request, person, "people_form.html", who=who, done=_done(request), **told)

    def _choices(self, who: Person | None) -> dict[str, Any]:
        with self._frame.reading.connect() as connection:
            found = offices.every(connection)
            email = province_people.email_of(connection, who.id) if who else ""
        limits: dict[str, Any] = {"longest_name": people.LONGEST_NAME, "longest_email": people.LONGEST_EMAIL}
        limits |= {"province": province.button(self._frame.settings), "province_email": email}
        return {"offices": found, "roles": list(Role), "languages": LANGUAGES, **limits}

    def _list(self, wanted: str) -> dict[str, Any]:
        with self._frame.reading.connect() as connection:
            names = {one.id: one.name for one in offices.every(connection)}
            found = people.every(connection)
            gone = select(staff.c.name, staff.c.login, staff.c.ended_at).where(staff.c.ended_at.is_not(None))
            ended = connection.execute(gone.order_by(staff.c.ended_at.desc()).limit(100)).all()
        sought = fold(wanted)
        shown = [one for one in found if sought in fold(f"{one.name} {one.login} {names.get(one.office_id, '')}")]
        return {"shown": shown, "names": names, "ended": ended, "total": len(found)}

    def _who(self, request: Request) -> Person:
        with self._frame.reading.connect() as connection:
            return self._known(connection, request)

    def _by_id(self, staff_id: int) -> Person | None:
        with self._frame.reading.connect() as connection:
            return people.by_id(connection, staff_id)

    def _other(self, connection: Connection, request: Request, by: Person, form: FormData) -> Person:
        """Who is meant, where it is somebody else and the tick box says so. Raises Invalid."""
        who = self._known(connection, request)
        if who.id == by.id:
            raise Invalid("not_yourself")
        if field(form, "sure") != "yes":
            raise Invalid("not_sure")
        return who

    def _known(self, connection: Connection, request: Request) -> Person:
        """Raises HTTPException 404."""
        who = people.by_id(connection, number(request.path_params["id"]))
        if who is None:
            raise HTTPException(404)
        return who


def _done(request: Request) -> bool:
    return "done" in request.query_params


def _told(form: FormData) -> dict[str, Any]:
    """What a form says of somebody. Raises ValueError for a role or an office that is none."""
    spoken = tuple(one for one in LANGUAGES if one in form.getlist("languages")) or ("vi",)
    role, office_id = Role(field(form, "role")), int(field(form, "office"))
    named = {"name": text(form, "name"), "email": text(form, "email")}
    return {**named, "role": role, "office_id": office_id, "languages": spoken}


def _plain(told: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON holds it."""
    return {**told, "role": told["role"].value, "languages": list(told["languages"])}
