"""The browser session: who writes, without an account."""

from __future__ import annotations

import re
import secrets

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import HTTPConnection
from starlette.responses import Response

from bot.settings import Settings

COOKIE = "motcua_session"
#: Seconds a browser is remembered after its last visit: 180 days.
LASTS = 180 * 24 * 3600

_ID = re.compile(r"[0-9a-f]{32}")


class Sessions:
    """Signed cookies. The id in one is the conversation's address on channel "web"."""

    def __init__(self, settings: Settings) -> None:
        self._signer = URLSafeTimedSerializer(settings.secret_key, salt="web session")
        self._secure = settings.secure_cookies

    def of(self, request: HTTPConnection) -> str | None:
        """The id that this browser brings; None where it brings none, or one that we did not sign."""
        try:
            id_ = self._signer.loads(request.cookies.get(COOKIE, ""), max_age=LASTS)
        except BadSignature:
            return None
        return id_ if isinstance(id_, str) and _ID.fullmatch(id_) else None

    def new(self) -> str:
        """An id that nobody can guess: 128 bits."""
        return secrets.token_hex(16)

    def keep(self, response: Response, id_: str) -> None:
        """Gives the browser its id, for another 180 days."""
        signed = str(self._signer.dumps(id_))
        response.set_cookie(COOKIE, signed, LASTS, path="/", secure=self._secure, httponly=True, samesite="lax")
