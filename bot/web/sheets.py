"""Checklists under unguessable links, and the door to a guide from a QR code on the wall."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlalchemy.engine import Engine
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from bot import guides
from bot.access import Access, Route
from bot.settings import Settings
from procedures import store
from procedures.guides.state import Guide, find_token
from procedures.model import Procedure
from procedures.sheets.page import STYLE, as_page
from procedures.sheets.pdf import as_pdf
from procedures.sheets.picture import as_picture
from procedures.sheets.sheet import LANGUAGES, Sheet, of_guide
from procedures.sheets.text import as_text

_CODE = re.compile(r"\d\.\d{6}")
#: A checklist is somebody's: no cache may keep it, no address may be passed on.
_PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
_STYLE = "/sheet.css"


class Sheets:
    """Pages and texts of guides. `render` fills a template of the site."""

    def __init__(self, settings: Settings, database: Engine, render: Callable[..., str]) -> None:
        self._site = settings.base_url.rstrip("/")
        self._database = database.execution_options(motcua_read=True)
        self._render = render

    def routes(self) -> list[Route]:
        """The addresses. They block: a thread of its own takes each."""
        return [
            Route(_STYLE, self.style, access=Access.PUBLIC),
            Route("/g/{token}.txt", self.text, access=Access.CITIZEN),
            Route("/g/{token}.pdf", self.pdf, access=Access.CITIZEN),
            Route("/g/{token}.png", self.picture, access=Access.CITIZEN),
            Route("/g/{token}", self.page, access=Access.CITIZEN),
            Route("/start/{code}", self.start, access=Access.PUBLIC),
        ]

    def style(self, request: Request) -> Response:
        """How pages look."""
        return Response(STYLE, media_type="text/css", headers={"Cache-Control": "public, max-age=3600"})

    def page(self, request: Request) -> Response:
        """A guide as a page."""
        sheet, link = self._sheet(request)
        languages = {language: f"{link}?lang={language}" for language in LANGUAGES}
        files = {kind: f"{link}.{kind}?lang={sheet.language}" for kind in ("pdf", "png", "txt")}
        return HTMLResponse(as_page(sheet, _STYLE, link, languages, files), headers=_PRIVATE)

    def pdf(self, request: Request) -> Response:
        """A guide on A4."""
        sheet, link = self._sheet(request)
        return Response(as_pdf(sheet, link), media_type="application/pdf", headers=_PRIVATE)

    def picture(self, request: Request) -> Response:
        """A guide as a picture."""
        sheet, link = self._sheet(request)
        return Response(as_picture(sheet, link), media_type="image/png", headers=_PRIVATE)

    def text(self, request: Request) -> Response:
        """A guide as a text to be sent on."""
        sheet, link = self._sheet(request)
        return PlainTextResponse(as_text(sheet, link), headers=_PRIVATE)

    def start(self, request: Request) -> Response:
        """What a QR code on the wall opens: one button that begins the guide."""
        code = request.path_params["code"]
        procedure = self._procedure(code) if _CODE.fullmatch(code) else None
        if procedure is None:
            return RedirectResponse("/", status_code=303)
        return HTMLResponse(self._render("start.html", procedure=procedure))

    def _sheet(self, request: Request) -> tuple[Sheet, str]:
        """The sheet and its link. Raises HTTPException for a link that was made up."""
        token = find_token(request.path_params["token"])
        guide: Guide | None = guides.find(self._database, token) if token else None
        procedure = self._procedure(guide.code) if guide else None
        if guide is None or procedure is None:
            raise HTTPException(404)
        language = request.query_params.get("lang", "vi")
        sheet = of_guide(procedure, guide, language if language in LANGUAGES else "vi")
        return sheet, f"{self._site}/g/{token}"

    def _procedure(self, code: str) -> Procedure | None:
        with self._database.connect() as connection:
            return store.load(connection, code)
