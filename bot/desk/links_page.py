"""One-time links: somebody chooses their own password, or becomes the first admin."""

from __future__ import annotations

import asyncio

from sqlalchemy.engine import Connection, Engine
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from bot.access import Access, Route
from bot.accounts import attempts, links, passwords, people
from bot.accounts.links import Link, Purpose, State
from bot.accounts.people import Person, Role
from bot.audit.writing import note
from bot.desk.entering import Entering
from bot.errors import StaffInvalid
from bot.web.body import field, form_of

#: Where the first admin begins, and everybody else.
_ADMIN, _DESK = "/admin", "/desk"
_FIRST_OFFICE = 1


class _Stop(Exception):
    """Nothing is done, and why: a key of words."""


class LinkPages:
    """One address. Looking at it uses nothing up: chat programs look at links by themselves."""

    def __init__(self, database: Engine, entering: Entering) -> None:
        self._database, self._entering = database, entering
        self._reading = database.execution_options(motcua_read=True)

    def routes(self) -> list[Route]:
        """The form, and what it does."""
        return [
            Route("/link/{token}", self.show, access=Access.PUBLIC),
            Route("/link/{token}", self.use, access=Access.PUBLIC, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The form; or why there is none, and what to do."""
        link, person = await asyncio.to_thread(self._look, request.path_params["token"])
        return self._page(link, person)

    async def use(self, request: Request) -> Response:
        """Keeps the password, uses the link up, and goes on as after a password that was right."""
        form, token = await form_of(request), request.path_params["token"]
        link, person = await asyncio.to_thread(self._look, token)
        if link.state is not State.OPEN:
            return self._page(link, person)
        login = person.login if person else field(form, "login")
        trouble = _trouble(form, login)
        try:
            if trouble:
                raise _Stop(trouble)
            made = await attempts.in_turn(self._use, token, form)
        except _Stop as stop:
            return self._page(link, person, str(stop), field(form, "login"), field(form, "name"))
        where = _ADMIN if made.role.may(Role.EDITOR) else _DESK
        return await self._entering.after(request, made, where, "link")

    def _look(self, token: str) -> tuple[Link, Person | None]:
        with self._reading.connect() as connection:
            link = links.opened(connection, token)
            return link, people.by_id(connection, link.staff_id) if link.staff_id else None

    def _use(self, token: str, form: FormData) -> Person:
        """Raises _Stop."""
        try:
            with self._database.begin() as connection:
                link = links.opened(connection, token)
                if not links.use(connection, link):
                    raise _Stop("link.used")
                done = _first if link.purpose is Purpose.FIRST_ADMIN else _chosen
                return done(connection, link, form)
        except StaffInvalid as error:
            known = "link.login_wrong" if error.why in ("login", "login_taken") else "link.name_wrong"
            raise _Stop(known) from error

    def _page(self, link: Link, person: Person | None, trouble: str = "", login: str = "", name: str = "") -> Response:
        locale = person.locale if person else people.LOCALES[0]
        if link.state is not State.OPEN or (link.purpose is Purpose.PASSWORD and person is None):
            state = State.OVER if link.state is State.OPEN else link.state
            return self._entering.page("link_over.html", locale, status=410, state=state.value)
        return self._entering.page("link.html", locale, trouble, who=person, login=login, name=name)


def _trouble(form: FormData, login: str) -> str:
    new = field(form, "new")
    return passwords.trouble(new, login) or ("me.differ" if new != field(form, "again") else "")


def _chosen(connection: Connection, link: Link, form: FormData) -> Person:
    assert link.staff_id is not None  # noqa: S101  # as it is made
    people.set_password(connection, link.staff_id, field(form, "new"))
    person = people.by_id(connection, link.staff_id)
    assert person is not None  # noqa: S101  # the line before has written it
    note(connection, person.id, "staff.password_chosen", person.login)
    return person


def _first(connection: Connection, _: Link, form: FormData) -> Person:
    about = {"login": field(form, "login"), "name": field(form, "name"), "password": field(form, "new")}
    made = people.add(connection, **about, role=Role.ADMIN, office_id=_FIRST_OFFICE)
    person = people.by_id(connection, made)
    assert person is not None  # noqa: S101  # the line before has written it
    note(connection, None, "staff.first_admin", person.login)
    return person
