"""From the first step of a sign-in to the session: a code, or setting up the telephone that makes them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import segno
import structlog
from markupsafe import Markup
from sqlalchemy.engine import Engine
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.access import Access, Route
from bot.accounts import factors, passwords, people
from bot.accounts.browsers import Browsers
from bot.accounts.factors import Shown
from bot.accounts.gate import Gate, safe_next
from bot.accounts.people import Person, Role
from bot.accounts.steps import Step, Steps
from bot.audit.writing import note
from bot.post.clock import now
from bot.settings import Settings
from bot.web.body import field, form_of
from bot.words import staff_words

log = structlog.get_logger()

PRIVATE = {"Cache-Control": "no-store"}
#: Where somebody goes who has lost their telephone and used a code from their paper.
SECOND = "/desk/me/second"
#: What words about passwords are filled with.
_LIMITS = {"shortest": passwords.SHORTEST, "longest": passwords.LONGEST}
_TROUBLE = {Shown.WRONG: "code.wrong", Shown.LOCKED: "code.locked"}


class Entering:
    """What password, link and the province's sign-in lead to. `render` is bot.desk.frame.Frame.render."""

    def __init__(self, settings: Settings, database: Engine, gate: Gate, render: Callable[..., str]) -> None:
        self._settings, self._database, self._gate, self._render = settings, database, gate, render
        self._reading = database.execution_options(motcua_read=True)
        self._steps, self.browsers = Steps(settings), Browsers(settings)

    def routes(self) -> list[Route]:
        """A code is typed; a telephone is set up."""
        return [
            Route("/login/code", self.code, access=Access.PUBLIC, methods=["POST"]),
            Route("/login/second", self.enrol, access=Access.PUBLIC, methods=["POST"]),
        ]

    async def after(self, request: Request, person: Person, where: str, by: str) -> Response:
        """What follows the first step. `by` says which it was: password, link, province."""
        if person.second:
            return self.ask(person, self.step(person, where))
        if self.must_enrol(person):
            secret = factors.new_secret()
            return self.show(person, secret, self._steps.enrolment(person, where, secret), "/login/second")
        return await self.let_in(request, person, RedirectResponse(where, 303), by)

    def must_enrol(self, person: Person) -> bool:
        """Whether they need a telephone and have none."""
        return not person.second and factors.needed(self._settings, person.role)

    def step(self, person: Person, where: str) -> str:
        """What proves at the second step that the first is done."""
        return self._steps.code(person, where)

    async def code(self, request: Request) -> Response:
        """In with a code, or the same page with what is wrong."""
        form = await form_of(request)
        token, typed = field(form, "step"), field(form, "code")
        step, person = await self._known(self._steps.of_code(token))
        if step is None or person is None:
            return self._too_late()
        shown = await self.checked(person, typed)
        if shown in _TROUBLE:
            return self.ask(person, token, _TROUBLE[shown])
        where = SECOND if shown is Shown.RECOVERY else safe_next(step.where)
        return await self.let_in(request, person, RedirectResponse(where, 303), shown.value)

    async def coded(self, token: str, typed: str) -> tuple[Person | None, str]:
        """Who has done both steps; else nobody, and the key of what is wrong."""
        step, person = await self._known(self._steps.of_code(token))
        if step is None or person is None:
            return None, "code.too_late"
        trouble = _TROUBLE.get(await self.checked(person, typed), "")
        return (None if trouble else person), trouble

    async def checked(self, person: Person, typed: str) -> Shown:
        """What they typed."""
        return await asyncio.to_thread(factors.check, self._database, person, typed[:80])

    async def enrol(self, request: Request) -> Response:
        """A first code proves the telephone: recovery codes, this once, and a session."""
        form = await form_of(request)
        token = field(form, "step")
        step, person = await self._known(self._steps.of_enrolment(token))
        if step is None or person is None:
            return self._too_late()
        codes = await asyncio.to_thread(self.enrolled, person, step.secret, field(form, "code"))
        if codes is None:
            return self.show(person, step.secret, token, "/login/second", "code.not_that")
        person = await asyncio.to_thread(self._person, person.id) or person
        return await self.let_in(request, person, self.codes(person, codes, safe_next(step.where)), "code")

    def enrolled(self, person: Person, secret: str, typed: str) -> tuple[str, ...] | None:
        """Recovery codes; None for a code that the telephone does not show."""
        with self._database.begin() as connection:
            codes = factors.enrol(connection, person, secret, typed[:80], now())
            if codes is not None:
                note(connection, person.id, "second_factor.set", person.login)
        return codes

    async def let_in(self, request: Request, person: Person, response: Response, by: str) -> Response:
        """A session of its own, never one that the browser brought."""
        log.info("signed_in", staff=person.id)
        await asyncio.to_thread(self._noted, person, by)
        self._gate.sessions.give(response, person.id, person.epoch)
        self.browsers.remember(request, response, person.id)
        response.headers["Cache-Control"] = "no-store"
        return response

    def ask(self, person: Person, token: str, trouble: str = "") -> Response:
        """The page that asks for a code."""
        return self.page("code.html", person.locale, trouble, step=token)

    def show(self, person: Person, secret: str, token: str, to: str, trouble: str = "") -> Response:
        """The page on which a telephone is set up; its form goes `to`."""
        told: dict[str, Any] = {"step": token, "to": to, "name": person.name, "key": grouped(secret)}
        return self.page("enrol.html", person.locale, trouble, picture=picture(secret, person.login), **told)

    def codes(self, person: Person, codes: tuple[str, ...], where: str) -> Response:
        """The page with recovery codes, which comes once."""
        return self.page("recovery.html", person.locale, codes=codes, where=where)

    def page(self, template: str, locale: str, trouble: str = "", status: int = 200, **values: Any) -> Response:
        """A page of the door. `trouble`: the key of what is wrong."""
        told = staff_words().say(trouble, locale, **_LIMITS) if trouble else ""
        html = self._render(template, locale, person=None, path="", role=Role, told=told, **values)
        return HTMLResponse(html, status_code=422 if trouble and status == 200 else status, headers=PRIVATE)

    def _too_late(self) -> Response:
        values: dict[str, Any] = {"where": safe_next(""), "login": "", "province": self._settings.oidc_name}
        return self.page("login.html", people.LOCALES[0], "code.too_late", **values)

    async def _known(self, step: Step | None) -> tuple[Step | None, Person | None]:
        """Whoever took the first step, while their account has not moved on since."""
        person = await asyncio.to_thread(self._person, step.staff_id) if step else None
        return (step, person) if step and person and person.epoch == step.epoch else (None, None)

    def _person(self, staff_id: int) -> Person | None:
        with self._reading.connect() as connection:
            return people.by_id(connection, staff_id)

    def _noted(self, person: Person, by: str) -> None:
        with self._database.begin() as connection:
            note(connection, person.id, "sign_in", person.login, after={"by": by})


def picture(secret: str, login: str) -> Markup:
    """A QR code that telephones read: an SVG of ours, without styles or scripts."""
    made = segno.make(factors.address(secret, login), error="m", micro=False)
    return Markup(made.svg_inline(scale=5, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None))  # noqa: S704


def grouped(secret: str) -> str:
    """In fours, so that it can be typed."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
