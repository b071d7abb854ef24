"""What somebody sets for themselves: duty, languages, alerts, the language and sound of the desk, their password."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.engine import Engine
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.access import Route
from bot.accounts import attempts, passwords, people
from bot.accounts.browsers import Browsers
from bot.accounts.gate import Gate, safe_next
from bot.accounts.people import Person, Role
from bot.alerts import linking
from bot.audit.writing import note
from bot.handover import offices
from bot.settings import Settings
from bot.web.body import field, form_of
from bot.words import staff_words
from procedures.typed.identify import MINORITY

_PRIVATE = {"Cache-Control": "no-store"}
_HERE = "/desk/me"
#: What a page may say after it has done something.
_DONE = ("saved", "password", "unlinked")
#: What words about passwords are filled with.
_LIMITS = {"shortest": passwords.SHORTEST, "longest": passwords.LONGEST}


class Me:
    """The page of whoever is signed in. `render` is bot.desk.frame.Frame.render."""

    def __init__(self, settings: Settings, database: Engine, gate: Gate, render: Callable[..., str]) -> None:
        self._settings, self._database, self._gate, self._render = settings, database, gate, render
        self._browsers = Browsers(settings)
        self._reading = database.execution_options(motcua_read=True)

    def routes(self) -> list[Route]:
        """The page, and one address for each thing that can be done on it."""
        return [
            Route(_HERE, self.show, access=Role.OFFICER),
            Route(_HERE, self.save, access=Role.OFFICER, methods=["POST"]),
            Route(f"{_HERE}/duty", self.duty, access=Role.OFFICER, methods=["POST"]),
            Route(f"{_HERE}/password", self.password, access=Role.OFFICER, methods=["POST"]),
            Route(f"{_HERE}/unlink", self.unlink, access=Role.OFFICER, methods=["POST"]),
            Route(f"{_HERE}/sign-out", self.sign_out, access=Role.OFFICER, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The page."""
        person = await self._gate.person(request)
        return await self._page(request, person, person)

    async def save(self, request: Request) -> Response:
        """Keeps the settings, or says what is wrong with them beside what was typed."""
        person, form = await self._asked(request)
        wanted = _wanted(form)
        trouble = _trouble(person, wanted)
        if trouble:
            return await self._page(request, person, replace(person, **wanted), trouble=trouble)
        await asyncio.to_thread(self._change, person.id, **wanted)
        return _on("saved")

    async def duty(self, request: Request) -> Response:
        """On duty or off, by one button that any page may have; `next` is where to go on."""
        person, form = await self._asked(request)
        await asyncio.to_thread(self._change, person.id, on_duty=field(form, "on") == "yes")
        return RedirectResponse(safe_next(field(form, "next") or _HERE), status_code=303)

    async def password(self, request: Request) -> Response:
        """Another password. Who is signed in as this person elsewhere no longer is."""
        person, form = await self._asked(request)
        current, new = field(form, "current"), field(form, "new")
        trouble = passwords.trouble(new, person.login) or ("me.differ" if new != field(form, "again") else "")
        known = (self._database, person.id, current, None, self._browsers.whence(request))
        if not trouble and not await attempts.in_turn(attempts.confirm, *known):
            trouble = "me.wrong_password"
        if trouble:
            return await self._page(request, person, person, wrong=trouble)
        return await self._signed_in_anew(await attempts.in_turn(self._set_password, person.id, new))

    async def unlink(self, request: Request) -> Response:
        """No more alerts to their own chat."""
        person, _ = await self._asked(request)
        alerts = person.alerts - {"chat"}
        await asyncio.to_thread(self._change, person.id, conversation_id=None, alerts=alerts)
        return _on("unlinked")

    async def sign_out(self, request: Request) -> Response:
        """Out of all browsers, this one too."""
        person, _ = await self._asked(request)
        await asyncio.to_thread(self._sign_out, person)
        response = RedirectResponse("/login", status_code=303)
        self._gate.sessions.take(response)
        return response

    async def _asked(self, request: Request) -> tuple[Person, FormData]:
        person = await self._gate.person(request)
        return person, await form_of(request)

    async def _page(
        self, request: Request, person: Person, shown: Person, trouble: str = "", wrong: str = ""
    ) -> Response:
        """`shown` is what the fields hold; `trouble` and `wrong` are keys of what is wrong with it, or a password."""
        done = request.query_params.get("done", "")
        told = {"trouble": _said(person, trouble), "wrong": _said(person, wrong)}
        told |= {"done": _said(person, f"me.done.{done}" if done in _DONE else "")}
        values = {**told, **await asyncio.to_thread(self._facts, person), "shown": shown}
        html = self._render("me.html", person.locale, person=person, path=_HERE, role=Role, **values)
        return HTMLResponse(html, status_code=422 if trouble or wrong else 200, headers=_PRIVATE)

    def _facts(self, person: Person) -> dict[str, Any]:
        with self._reading.connect() as connection:
            office = offices.of(connection, person.office_id)
        linked = person.conversation_id is not None
        code = "" if linked else linking.code_for(self._settings.secret_key, person.id)
        return {
            "office": office.called(person.locale),
            "languages": people.LANGUAGES,
            "locales": people.LOCALES,
            "linked": linked,
            "code": code,
            "mail": bool(self._settings.smtp_url),
            # Whoever speaks one that few read may write what citizens read in it.
            "few_read": next((one for one in person.languages if one in MINORITY), ""),
        }

    def _change(self, staff_id: int, **changed: Any) -> None:
        with self._database.begin() as connection:
            people.change(connection, staff_id, **changed)

    def _set_password(self, staff_id: int, password: str) -> Person | None:
        with self._database.begin() as connection:
            people.set_password(connection, staff_id, password)
            person = people.by_id(connection, staff_id)
            note(connection, staff_id, "staff.password_changed", person.login if person else "")
            return person

    def _sign_out(self, person: Person) -> None:
        with self._database.begin() as connection:
            people.sign_out(connection, person.id)
            note(connection, person.id, "staff.signed_out", person.login)

    async def _signed_in_anew(self, person: Person | None) -> Response:
        response = _on("password")
        if person is not None:
            self._gate.sessions.give(response, person.id, person.epoch)
        return response


def _wanted(form: FormData) -> dict[str, Any]:
    """What the form of settings holds. What is none of ours is left out."""
    languages = tuple(one for one in people.LANGUAGES if one in form.getlist("language"))
    locale = field(form, "locale")
    return {
        "email": field(form, "email").strip(),
        "languages": languages or people.LANGUAGES[:1],
        "alerts": frozenset(one for one in people.WAYS if one in form.getlist("alert")),
        "locale": locale if locale in people.LOCALES else people.LOCALES[0],
        "sound": field(form, "sound") == "yes",
        "on_duty": field(form, "on_duty") == "yes",
    }


def _trouble(person: Person, wanted: Mapping[str, Any]) -> str:
    """The key of what is wrong; empty where nothing is."""
    if not people.email_fits(wanted["email"]):
        return "me.email_wrong"
    if "email" in wanted["alerts"] and not wanted["email"]:
        return "me.email_missing"
    if "chat" in wanted["alerts"] and person.conversation_id is None:
        return "me.chat_missing"
    return ""


def _said(person: Person, key: str) -> str:
    return staff_words().say(key, person.locale, **_LIMITS) if key else ""


def _on(done: str) -> Response:
    return RedirectResponse(f"{_HERE}?done={done}", status_code=303)
