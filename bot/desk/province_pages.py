"""The button of the province's own sign-in, and the way back from it."""

from __future__ import annotations

import asyncio
import secrets

import structlog
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.engine import Engine
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.access import Access, Route
from bot.accounts import province_people
from bot.accounts.gate import safe_next
from bot.accounts.people import LOCALES, Person
from bot.accounts.province import Asked, Province, Told, button
from bot.audit.writing import note
from bot.desk.entering import PRIVATE, Entering
from bot.errors import ProvinceRefused, ProvinceSilent
from bot.settings import Settings

log = structlog.get_logger()

_HERE = "/login/province"
COOKIE = "motcua_province"
#: Seconds somebody may take at the province's sign-in.
_LASTS = 600


class ProvincePages:
    """Two addresses, which are not there while the province's sign-in is not set up."""

    def __init__(self, settings: Settings, database: Engine, entering: Entering, province: Province) -> None:
        self._database, self._entering, self._province = database, entering, province
        self._on, self._secure = button(settings), settings.secure_cookies
        self._signer = URLSafeTimedSerializer(settings.secret_key, salt="province sign-in")
        self._cookie = f"__Host-{COOKIE}" if self._secure else COOKIE

    def routes(self) -> list[Route]:
        """There and back."""
        if not self._on:
            return []
        return [
            Route(_HERE, self.go, access=Access.PUBLIC),
            Route(f"{_HERE}/back", self.back, access=Access.PUBLIC),
        ]

    async def go(self, request: Request) -> Response:
        """To the issuer; where it does not answer, back to the password."""
        where = safe_next(request.query_params.get("next", ""))
        try:
            address, asked = await asyncio.to_thread(self._province.begin)
        except (ProvinceSilent, ProvinceRefused) as error:
            return self._failed(error, "province.silent", where)
        response = RedirectResponse(address, status_code=303, headers=PRIVATE)
        kept = str(self._signer.dumps([asked.state, asked.nonce, asked.verifier, where]))
        # Lax: the way back begins at another site.
        response.set_cookie(self._cookie, kept, _LASTS, path="/", secure=self._secure, httponly=True, samesite="lax")
        return response

    async def back(self, request: Request) -> Response:
        """From the issuer: the second step, or the session; or what to do instead."""
        asked, where = self._kept(request)
        told = request.query_params
        if asked is None or not secrets.compare_digest(told.get("state", "").encode(), asked.state.encode()):
            return self._page("province.too_late", where)
        if not told.get("code"):
            return self._page("province.refused", where)
        try:
            said = await asyncio.to_thread(self._province.finish, told["code"], asked)
        except ProvinceSilent as error:
            return self._failed(error, "province.silent", where)
        except ProvinceRefused as error:
            return self._failed(error, "province.refused", where)
        person = await asyncio.to_thread(self._who, said)
        if person is None:
            return self._page("province.nobody", where)
        response = await self._entering.after(request, person, where, "province")
        response.delete_cookie(self._cookie, "/", secure=self._secure, httponly=True, samesite="lax")
        return response

    def _kept(self, request: Request) -> tuple[Asked | None, str]:
        try:
            told = self._signer.loads(request.cookies.get(self._cookie, ""), max_age=_LASTS)
        except BadSignature:
            return None, safe_next("")
        return Asked(*told[:3]), safe_next(told[3])

    def _who(self, said: Told) -> Person | None:
        with self._database.begin() as connection:
            person = province_people.find(connection, said)
            if person is None:
                note(connection, None, "sign_in.refused", "", after={"by": "province"})
        return person

    def _failed(self, error: Exception, key: str, where: str) -> Response:
        log.warning("province_sign_in_failed", error=type(error).__name__, why=str(error))
        return self._page(key, where, 503 if isinstance(error, ProvinceSilent) else 422)

    def _page(self, key: str, where: str, status: int = 200) -> Response:
        return self._entering.page("login.html", LOCALES[0], key, status, where=where, login="", province=self._on)
