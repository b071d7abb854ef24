"""Pages about people's data: the notice, how an erasure stands, and the file of somebody's own data."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection, Engine
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot import site_settings
from bot.access import Access, Route
from bot.console import audit
from bot.handover import offices
from bot.privacy import erasure, export, page, spans
from bot.privacy.erasure import Erasure, Status
from bot.settings import Settings
from bot.web.spoken import of_browser
from procedures import notes
from procedures.languages import LANGUAGES
from procedures.model import OfficeKind

_HERE = "/privacy"
#: Kinds in the order in which people read them.
_KINDS = ("words", "files", "unagreed", "sealed", "cases", "guides", "lists")
_CODE = re.compile(r"[A-Za-z0-9]{9}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
_SPOKEN = ("vi", *LANGUAGES)
#: Somebody's own: no cache keeps it, no search engine lists it, no address is passed on.
_PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
_GONE = 410


class PrivacyPages:
    """Four addresses. They block: a thread of its own takes each. `render` fills a template of the site."""

    def __init__(self, settings: Settings, database: Engine, render: Callable[..., str]) -> None:
        self._media = Path(settings.media)
        self._database = database
        self._reading = database.execution_options(motcua_read=True)
        self._render = render

    def routes(self) -> list[Route]:
        """A link to somebody's data cannot be guessed; a code shows nothing of whose it is."""
        return [
            Route(_HERE, self.notice, access=Access.PUBLIC),
            Route(f"{_HERE}/data/{{token}}", self.offer, access=Access.CITIZEN),
            Route(f"{_HERE}/data/{{token}}", self.load, access=Access.CITIZEN, methods=["POST"]),
            Route(f"{_HERE}/{{code}}", self.status, access=Access.PUBLIC),
        ]

    def notice(self, request: Request) -> Response:
        """The whole notice; with ?code= how an erasure stands."""
        code = request.query_params.get("code", "").strip()
        language = _language(request)
        if _CODE.fullmatch(code):
            return RedirectResponse(f"{_HERE}/{code.upper()}?lang={language}", status_code=303)
        with self._reading.connect() as connection:
            told = _notice(connection, language)
        unknown = bool(code)
        return HTMLResponse(self._page("privacy.html", language, **told, unknown=unknown, code=code[:40]))

    def status(self, request: Request) -> Response:
        """How an erasure stands, by the code of its receipt."""
        code, language = request.path_params["code"], _language(request)
        with self._reading.connect() as connection:
            one = erasure.find(connection, code) if _CODE.fullmatch(code) else None
        told = self._page("privacy_status.html", language, code=code.upper()[:40], **_standing(one))
        return HTMLResponse(told, status_code=200 if one else 404, headers=_PRIVATE)

    def offer(self, request: Request) -> Response:
        """A button: whoever only looks ahead at links, as chats do, has not opened anything."""
        with self._reading.connect() as connection:
            known = self._number(connection, request) is not None
        told = self._page("privacy_data.html", _language(request), known=known, token=request.path_params["token"])
        # A form of a page without a referrer comes from nowhere, which is refused.
        headers = {**_PRIVATE, "Referrer-Policy": "same-origin"}
        return HTMLResponse(told, status_code=200 if known else _GONE, headers=headers)

    def load(self, request: Request) -> Response:
        """The file; a line of the audit says that it was opened, and not whose it is."""
        with self._database.begin() as connection:
            number = self._number(connection, request)
            if number is None:
                raise HTTPException(404)
            told = export.collect(connection, number)
            audit.note(connection, None, "data.opened", str(number))
        body = export.packed(told, page.as_page(told), self._media)
        attached = {"Content-Disposition": 'attachment; filename="mot-cua.zip"'}
        return Response(body, media_type="application/zip", headers={**_PRIVATE, **attached})

    def _number(self, connection: Connection, request: Request) -> int | None:
        token = request.path_params["token"]
        return export.opened_by(connection, token) if _TOKEN.fullmatch(token) else None

    def _page(self, template: str, language: str, **values: Any) -> str:
        return self._render(template, language=language, languages=_SPOKEN, here=_HERE, **values)


def _language(request: Request) -> str:
    asked = request.query_params.get("lang", "")
    return asked if asked in _SPOKEN else of_browser(request)


def _notice(connection: Connection, language: str) -> dict[str, Any]:
    """The real settings, and who answers for it as far as anybody has told."""
    site = site_settings.current(connection)
    facts = notes.office(connection, OfficeKind.PROVINCE_CENTRE, "")
    lines = {name: getattr(facts, name) if facts else "" for name in ("address", "telephone", "hours")}
    return {
        "kinds": [(kind, spans.days(site.days(kind), language)) for kind in _KINDS],
        "office": offices.centre(connection).called(language),
        "contact": {name: told for name, told in lines.items() if told},
    }


def _standing(one: Erasure | None) -> dict[str, Any]:
    if one is None:
        return {"status": "none", "at": "", "done": "", "counts": {}}
    done = spans.clock(one.done_at) if one.done_at else ""
    status = "done" if one.status is Status.DONE else "confirmed"
    return {"status": status, "at": spans.clock(one.confirmed_at or one.asked_at), "done": done, "counts": one.counts}
