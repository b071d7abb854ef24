"""The door of the desk: signing in and out, also for whoever has sent a form after their session was over."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from sqlalchemy.engine import Engine
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from bot.access import Access, Route
from bot.accounts import attempts, people, province
from bot.accounts.gate import Gate, safe_next
from bot.accounts.people import Person, Role
from bot.desk.entering import Entering
from bot.desk.frame import by_script
from bot.desk.me import Me
from bot.settings import Settings
from bot.web.body import LARGEST, field, form_of
from bot.words import staff_words

__all__ = ["Login", "Me"]

log = structlog.get_logger()

Render = Callable[..., str]

_PRIVATE = {"Cache-Control": "no-store"}
#: Where a form that is not the login's own brings what one signs in with; its other fields are somebody's work.
_LOGIN, _PASSWORD, _THEN, _LANG = "_login", "_password", "_then", "_lang"
_STEP, _CODE = "_step", "_code"
#: Of a form that is kept: what must not lie in a page, and what is shown to be read.
_SECRETS = {"password", "current", "new", "again"}
_TO_READ = {"text", "note"}
#: Bytes: of a form with a file, from somebody whose session is over; and of one that comes back without it.
_LARGEST_KEPT, _LARGEST_TEXT = 32 * 1024 * 1024, 4 * LARGEST
#: Addresses that take a form again, without anything that could lead elsewhere.
_FORMS = re.compile(r"/(?:desk|admin)(?:/[\w~-]+)+", re.ASCII)


class Login:
    """Three addresses. `render` is bot.desk.frame.Frame.render."""

    def __init__(self, settings: Settings, database: Engine, gate: Gate, render: Render, entering: Entering) -> None:
        self._database, self._gate, self._render = database, gate, render
        self._entering = entering
        #: What the button of the province's sign-in says; empty where there is none.
        self._province = province.button(settings)
        gate.keep = self.keep

    def routes(self) -> list[Route]:
        """The door, the same for a form that came too late, and the way out."""
        return [
            Route("/login", self.show, access=Access.PUBLIC),
            Route("/login", self.sign_in, access=Access.PUBLIC, methods=["POST"]),
            Route("/login/again", self.sign_in_again, access=Access.PUBLIC, methods=["POST"]),
            Route("/logout", self.sign_out, access=Access.PUBLIC, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The form; its part alone for a script. Whoever is signed in already goes on."""
        where = safe_next(request.query_params.get("next", ""))
        if not by_script(request) and await self._gate.known(request):
            return RedirectResponse(where, status_code=303, headers=_PRIVATE)
        return self._form(request, _locale(request.query_params), where=where)

    async def sign_in(self, request: Request) -> Response:
        """On to where they wanted to go; a script is told by 204 and the event signed-in, and by 422 that it failed."""
        form = await form_of(request)
        login, where, locale = field(form, "login"), safe_next(field(form, "next")), _locale(form)
        person = await self._tried(request, login, field(form, "password"))
        if person is None and by_script(request):
            return PlainTextResponse(staff_words().say("login.refused", locale), status_code=422, headers=_PRIVATE)
        if person is None:
            told = staff_words().say("login.refused", locale)
            return self._form(request, locale, status=422, where=where, told=told, login=login)
        if by_script(request) and not person.second and not self._entering.must_enrol(person):
            return await self._entering.let_in(request, person, _signed_in(person), "password")
        return await self._entering.after(request, person, where, "password")

    async def keep(self, request: Request, locale: str) -> Response:
        """What was sent too late, on a page with a login: nothing that was written is lost."""
        # Who never was here brings nothing large.
        most = _LARGEST_KEPT if self._gate.sessions.of(request) else LARGEST
        form = await form_of(request, files=8, most=most)
        then = request.url.path if _FORMS.fullmatch(request.url.path) else ""
        return self._kept(form, locale, then, staff_words().say("login.too_late", locale), status=401)

    async def sign_in_again(self, request: Request) -> Response:
        """Signs in, and sends what was kept once more to where it was meant for."""
        form = await form_of(request, most=_LARGEST_TEXT)
        locale, then = _locale(form, _LANG), field(form, _THEN)
        person, step, trouble = await self._twice(request, form, then)
        if person is None:
            told = staff_words().say(trouble, locale)
            return self._kept(form, locale, then, told, status=200 if trouble == "code.asked" else 422, step=step)
        # 307: the browser sends the same form, and the new cookie with it.
        fits = _FORMS.fullmatch(then)
        response = RedirectResponse(then, 307) if fits else RedirectResponse(safe_next(""), 303)
        return await self._entering.let_in(request, person, response, "code" if field(form, _STEP) else "password")

    async def _twice(self, request: Request, form: FormData, then: str) -> tuple[Person | None, str, str]:
        """Who has taken all steps; else nobody, with what the next step needs and the key of what to say."""
        step = field(form, _STEP)
        if step:
            person, trouble = await self._entering.coded(step, field(form, _CODE))
            return person, "" if trouble == "code.too_late" else step, trouble
        person = await self._tried(request, field(form, _LOGIN), field(form, _PASSWORD))
        if person is None:
            return None, "", "login.refused"
        if person.second:
            return None, self._entering.step(person, then), "code.asked"
        return (None, "", "login.enrol_first") if self._entering.must_enrol(person) else (person, "", "")

    async def sign_out(self, request: Request) -> Response:
        """This browser forgets who it was; other browsers of theirs do not."""
        response = RedirectResponse("/login", status_code=303)
        self._gate.sessions.take(response)
        return response

    async def _tried(self, request: Request, login: str, password: str) -> Person | None:
        whence = self._entering.browsers.whence(request)
        person = await attempts.in_turn(attempts.sign_in, self._database, login, password, None, whence)
        if person is None:
            # Not the login: now and then somebody types a password there.
            log.info("sign_in_refused")
        return person

    def _form(self, request: Request, locale: str, *, status: int = 200, **values: Any) -> Response:
        template = "login_form.html" if by_script(request) else "login.html"
        return self._page(template, locale, status, **{"told": "", "login": "", "province": self._province, **values})

    def _kept(self, form: FormData, locale: str, then: str, told: str, status: int, step: str = "") -> Response:
        fields = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
        kept = [(name, value) for name, value in fields if name not in _SECRETS and not name.startswith("_")]
        files = any(isinstance(one, UploadFile) and one.filename for one in form.values()) or field(form, "_files")
        values = {"fields": kept, "to_read": _TO_READ, "files": files, "then": then, "login": field(form, _LOGIN)}
        values["step"] = step
        return self._page("kept.html", locale, status, told=told, **values)

    def _page(self, template: str, locale: str, status: int, **values: Any) -> Response:
        html = self._render(template, locale, person=None, path="", role=Role, **values)
        return HTMLResponse(html, status_code=status, headers=_PRIVATE)


def _locale(told: Mapping[str, Any], name: str = "lang") -> str:
    """The language of the door: what an address or a form asks for."""
    return next((one for one in people.LOCALES if one == told.get(name)), people.LOCALES[0])


def _signed_in(person: Person) -> Response:
    """For a script, which may have to start its page anew where it is somebody else than before."""
    told = json.dumps({"signed-in": {"id": person.id, "name": person.name}})
    return Response(status_code=204, headers={"HX-Trigger": told})
