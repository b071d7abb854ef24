"""Somebody's own second factor: set up, moved to another telephone, given new recovery codes, taken off."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy.engine import Engine
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.access import Route
from bot.accounts import attempts, factors, people
from bot.accounts.people import Person, Role
from bot.accounts.steps import Steps
from bot.audit.writing import note
from bot.desk.entering import PRIVATE, SECOND, Entering
from bot.desk.frame import Frame
from bot.web.body import field

_CONFIRM = f"{SECOND}/confirm"


class SecondFactor:
    """One page. Whatever changes something needs the password: a screen that was left alone is not enough."""

    def __init__(self, frame: Frame, database: Engine, entering: Entering) -> None:
        self._frame, self._database, self._entering = frame, database, entering
        self._steps = Steps(frame.settings)

    def routes(self) -> list[Route]:
        """The page, what is asked on it, and the first code of a telephone."""
        return [
            Route(SECOND, self.show, access=Role.OFFICER),
            Route(SECOND, self.do, access=Role.OFFICER, methods=["POST"]),
            Route(_CONFIRM, self.confirm, access=Role.OFFICER, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Whether there is one, and how many recovery codes are left."""
        return await self._page(request, await self._frame.person(request))

    async def do(self, request: Request) -> Response:
        """Begins with a telephone, makes new codes, or takes the factor off; `do` says which."""
        person = await self._frame.person(request)
        form = await self._frame.form(request)
        whence = self._entering.browsers.whence(request)
        known = (self._database, person.id, field(form, "password"), None, whence)
        if not await attempts.in_turn(attempts.confirm, *known):
            return await self._page(request, person, "me.wrong_password")
        wanted = field(form, "do")
        if wanted == "codes" and person.second:
            codes = await asyncio.to_thread(self._renewed, person)
            return self._entering.codes(person, codes, SECOND)
        if wanted == "off" and person.second and not factors.needed(self._frame.settings, person.role):
            await asyncio.to_thread(self._dropped, person)
            return RedirectResponse("/login", status_code=303, headers=PRIVATE)
        secret = factors.new_secret()
        return self._entering.show(person, secret, self._steps.enrolment(person, SECOND, secret), _CONFIRM)

    async def confirm(self, request: Request) -> Response:
        """The telephone's first code: from now on it is asked for, and all other browsers are signed out."""
        person = await self._frame.person(request)
        form = await self._frame.form(request)
        token = field(form, "step")
        step = self._steps.of_enrolment(token)
        if step is None or (step.staff_id, step.epoch) != (person.id, person.epoch):
            return await self._page(request, person, "second.too_late")
        codes = await asyncio.to_thread(self._entering.enrolled, person, step.secret, field(form, "code"))
        if codes is None:
            return self._entering.show(person, step.secret, token, _CONFIRM, "code.not_that")
        response = self._entering.codes(person, codes, SECOND)
        person = await asyncio.to_thread(self._anew, person)
        self._frame.gate.sessions.give(response, person.id, person.epoch)
        return response

    async def _page(self, request: Request, person: Person, trouble: str = "") -> Response:
        told = self._frame.words(person, trouble) if trouble else ""
        values: dict[str, Any] = {"told": told, "left": await asyncio.to_thread(self._left, person)}
        values["needed"] = factors.needed(self._frame.settings, person.role)
        return self._frame.page(request, person, "second.html", 422 if trouble else 200, **values)

    def _left(self, person: Person) -> int:
        with self._frame.reading.connect() as connection:
            return factors.left(connection, person.id)

    def _anew(self, person: Person) -> Person:
        with self._frame.reading.connect() as connection:
            return people.by_id(connection, person.id) or person

    def _renewed(self, person: Person) -> tuple[str, ...]:
        with self._database.begin() as connection:
            codes = factors.renew(connection, person.id)
            note(connection, person.id, "second_factor.codes", person.login)
        return codes

    def _dropped(self, person: Person) -> None:
        with self._database.begin() as connection:
            factors.drop(connection, person.id)
            note(connection, person.id, "second_factor.off", person.login)
