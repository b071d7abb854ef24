"""Who is signed in: a signed cookie with somebody's number and the epoch of their account."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import HTTPConnection
from starlette.responses import Response

from bot.post.clock import now
from bot.settings import Settings

COOKIE = "motcua_staff"
#: Since the last login, where no setting says otherwise; a day at the desk with its lunch break fits in.
LASTS = timedelta(hours=12)
#: How long a browser keeps the cookie, so that whoever comes too late is told so in their language.
_REMEMBERED = timedelta(days=30)


@dataclass(frozen=True)
class Session:
    """What a cookie of ours says. It counts only while `epoch` is still the account's."""

    staff_id: int
    epoch: int
    #: UTC, aware; to the second.
    since: datetime
    #: How long it is good.
    lasts: timedelta = LASTS

    def over(self, at: datetime | None = None) -> bool:
        """Whether they must sign in again at `at`, UTC; now where it is left out."""
        return (at or now()) - self.since >= self.lasts


class Sessions:
    """Signed cookies: nothing is kept here, so that moving an epoch is what ends them."""

    def __init__(self, settings: Settings) -> None:
        # Other kinds of sessions have another salt, so that none of theirs passes for one of these.
        self._signer = URLSafeTimedSerializer(settings.secret_key, salt="staff session")
        self._secure = settings.secure_cookies
        self._lasts = timedelta(hours=settings.session_hours)
        #: A browser takes this name from nobody but the very site, over HTTPS: no neighbour can plant a cookie.
        self.cookie = f"__Host-{COOKIE}" if self._secure else COOKIE

    def of(self, request: HTTPConnection) -> Session | None:
        """What a request brings, however old it is; None for nothing, and for what we did not sign."""
        try:
            told, since = self._signer.loads(request.cookies.get(self.cookie, ""), return_timestamp=True)
        except BadSignature:
            return None
        return _session(told, since, self._lasts)

    def give(self, response: Response, staff_id: int, epoch: int) -> None:
        """A new cookie, never one that was there before the login."""
        signed = str(self._signer.dumps([staff_id, epoch, secrets.token_hex(8)]))
        seconds = int(_REMEMBERED.total_seconds())
        # Lax: a link in an e-mail or a chat that calls somebody opens their case. Forms are guarded by their origin.
        response.set_cookie(self.cookie, signed, seconds, path="/", secure=self._secure, httponly=True, samesite="lax")

    def take(self, response: Response) -> None:
        """The browser forgets it."""
        response.delete_cookie(self.cookie, path="/", secure=self._secure, httponly=True, samesite="lax")


def _session(told: object, since: datetime, lasts: timedelta) -> Session | None:
    if isinstance(told, list) and len(told) == 3 and all(type(one) is int for one in told[:2]):
        return Session(told[0], told[1], since, lasts)
    return None
