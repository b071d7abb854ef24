"""Who asks, and whether they may: each address of staff begins here."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from urllib.parse import quote, urlsplit

from sqlalchemy.engine import Engine
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from bot.accounts import factors, people
from bot.accounts.people import Person, Role
from bot.accounts.sessions import Session, Sessions
from bot.post.clock import ago
from bot.settings import Settings
from bot.web.answered import Answered
from bot.web.origin import refuse_strangers
from bot.words import staff_words

#: Where somebody goes who came from nowhere in particular.
HOME = "/desk"
#: Pages of staff and what they ask for; "//", "..", "\" and coded letters of a path lead elsewhere.
_OURS = re.compile(r"/(?:desk|admin)(?:/[\w.~-]+)*/?(?:\?[\w.~/=&%+:,-]*)?", re.ASCII)
#: Where a request holds whom its route let in.
_ADMITTED = "motcua.admitted"
#: Makes the answer to a form that came too late; the language is that of whoever was signed in.
Keep = Callable[[Request, str], Awaitable[Response]]


class NotSignedIn(Answered):
    """Nobody, or somebody whose session is over: a page goes to the login, a script is told."""


class Gate:
    """Knows who asks by their cookie and the database, which is read each time."""

    def __init__(self, settings: Settings, database: Engine) -> None:
        self.sessions = Sessions(settings)
        #: The login sets it; without it whoever sends a form too late reads one line.
        self.keep: Keep | None = None
        self._settings, self._base_url = settings, settings.base_url
        self._database, self._reading = database, database.execution_options(motcua_read=True)

    async def person(self, request: Request) -> Person:
        """Who asks, which is a sign of life of theirs.

        Raises NotSignedIn: 303 to the login for a page, 401 for everything that must keep its page.
        """
        # Whom `admit` has just let in is not looked up once more; a stream that asks again is.
        admitted: Person | None = request.scope.pop(_ADMITTED, None)
        if admitted is not None:
            return admitted
        session = self.sessions.of(request)
        person = await asyncio.to_thread(self._seen, session)
        if person is None:
            raise NotSignedIn(await self._signed_out(request, await asyncio.to_thread(self._locale, session)))
        return person

    async def admit(self, request: Request, role: Role) -> None:
        """Lets in whoever may do what `role` may. Raises as `person` and `allow` do."""
        person = await self.person(request)
        self.allow(person, role)
        request.scope[_ADMITTED] = person

    async def known(self, request: Request) -> Person | None:
        """Who asks; None for a stranger."""
        return await asyncio.to_thread(self._known, self.sessions.of(request))

    def allow(self, person: Person, role: Role) -> None:
        """Raises HTTPException 403 for somebody who may not do what `role` may."""
        if not person.role.may(role):
            raise HTTPException(403)

    def refuse_strangers(self, request: Request) -> None:
        """Another site must not act in the name of staff. Raises HTTPException 403."""
        refuse_strangers(request, self._base_url)

    async def _signed_out(self, request: Request, locale: str) -> Response:
        if _is_page(request):
            address = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"/login?next={quote(safe_next(address), safe='/')}", status_code=303)
        if self.keep is not None and _is_form(request):
            return await self.keep(request, locale)
        told = staff_words().say("signed_out", locale)
        headers = {"HX-Trigger": json.dumps({"signed-out": {}}), "Cache-Control": "no-store"}
        return PlainTextResponse(told, status_code=401, headers=headers)

    def _seen(self, session: Session | None) -> Person | None:
        person = self._known(session)
        if person is not None and (person.seen_at is None or person.seen_at < ago(people.SIGN_OF_LIFE)):
            people.seen(self._database, person.id)
        return person

    def _known(self, session: Session | None) -> Person | None:
        if session is None or session.over():
            return None
        with self._reading.connect() as connection:
            person = people.by_id(connection, session.staff_id)
        if person is None or person.epoch != session.epoch:
            return None
        # Nobody does anything without the second factor that their role needs; the login leads them to one.
        return person if person.second or not factors.needed(self._settings, person.role) else None

    def _locale(self, session: Session | None) -> str:
        """What a session that is over spoke."""
        if session is None:
            return "vi"
        with self._reading.connect() as connection:
            person = people.by_id(connection, session.staff_id)
        return person.locale if person else "vi"


def safe_next(told: str) -> str:
    """Where to go after the login: a page of staff on this site, or HOME for anything else."""
    return told if len(told) <= 500 and _OURS.fullmatch(told) and not _climbs(told) else HOME


def _climbs(told: str) -> bool:
    return any(part in (".", "..") for part in urlsplit(told).path.split("/"))


def _is_page(request: Request) -> bool:
    """A page that is opened. A form that was sent is none: going on to the login would lose what it holds."""
    accepts = request.headers.get("accept", "")
    asks = any(kind in accepts for kind in ("text/event-stream", "application/json"))
    return request.method in ("GET", "HEAD") and request.headers.get("hx-request") != "true" and not asks


def _is_form(request: Request) -> bool:
    """A form that a browser sent by itself: its words are in the request alone, no script holds them."""
    sent = request.headers.get("content-type", "")
    forms = sent.startswith(("application/x-www-form-urlencoded", "multipart/form-data"))
    asks = "application/json" in request.headers.get("accept", "")
    return request.method == "POST" and forms and request.headers.get("hx-request") != "true" and not asks
