"""Who writes, without an account: the session of a browser, or of a page in a frame."""

from __future__ import annotations

import re
import secrets
from http.cookies import SimpleCookie

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import HTTPConnection
from starlette.responses import Response

from bot.post.clock import now
from bot.settings import Settings

COOKIE = "motcua_session"
FRAME_COOKIE = "motcua_frame"
#: Seconds a browser is remembered after its last visit: 180 days.
LASTS = 180 * 24 * 3600

_ID = re.compile(r"[0-9a-f]{32}")


class Sessions:
    """Signed cookies. The id in one is the conversation's address on channel "web"."""

    #: Other kinds of sessions have another salt, so that none of theirs passes for one of these.
    salt = "web session"

    def __init__(self, settings: Settings) -> None:
        self._signer = URLSafeTimedSerializer(settings.secret_key, salt=self.salt)
        self._secure = settings.secure_cookies
        #: A browser takes this name from this very site alone: no neighbour of the domain can give somebody a session.
        self._cookie = f"__Host-{COOKIE}" if self._secure else COOKIE

    def of(self, request: HTTPConnection, carried: str = "") -> str | None:
        """The id that a request brings; None where it brings none, or one that we did not sign."""
        return self._read(request.cookies.get(self._cookie, ""))

    def new(self) -> str:
        """An id that nobody can guess: 128 bits."""
        return secrets.token_hex(16)

    def carry(self, id_: str) -> str:
        """What a page must bring with each request beside its cookie; empty for nothing."""
        return ""

    def keep(self, response: Response, id_: str) -> None:
        """Gives the browser its id, for another 180 days."""
        signed, secure = self._sign(id_), self._secure
        response.set_cookie(self._cookie, signed, LASTS, path="/", secure=secure, httponly=True, samesite="lax")

    def _read(self, signed: str) -> str | None:
        try:
            id_, since = self._signer.loads(signed, return_timestamp=True)
        except BadSignature:
            return None
        # Not max_age, which refuses what was signed before the clock was set back.
        if (now() - since).total_seconds() > LASTS:
            return None
        return id_ if isinstance(id_, str) and _ID.fullmatch(id_) else None

    def _sign(self, id_: str) -> str:
        return str(self._signer.dumps(id_))


class FrameSessions(Sessions):
    """Ids that the page itself carries: in a frame of another site a browser may keep no cookie.

    A cookie, where one is kept, only finds the conversation again when the page is opened anew. It goes with requests
    that other sites begin, so that it proves nothing: whoever writes must bring the id of the page.
    """

    salt = "frame session"

    def of(self, request: HTTPConnection, carried: str = "") -> str | None:
        """The id that the page carried, or that of the cookie where a page is opened."""
        opening = request.scope["method"] in ("GET", "HEAD") and not carried
        return self._read(request.cookies.get(FRAME_COOKIE, "") if opening else carried)

    def carry(self, id_: str) -> str:
        """The signed id."""
        return self._sign(id_)

    def keep(self, response: Response, id_: str) -> None:
        """A cookie that belongs to the pair of both sites; only with HTTPS can there be one."""
        if not self._secure:
            return
        cookie: SimpleCookie = SimpleCookie({FRAME_COOKIE: self._sign(id_)})
        cookie[FRAME_COOKIE].update({"path": "/embed", "max-age": str(LASTS), "samesite": "none"})
        # Python's own cookies learn the last one only in 3.14.
        told = f"{cookie[FRAME_COOKIE].OutputString()}; HttpOnly; Secure; Partitioned"
        response.headers.append("Set-Cookie", told)
