"""Browsers in which somebody has signed in before: a guesser elsewhere cannot keep them out there."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from dataclasses import dataclass
from datetime import timedelta

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import HTTPConnection
from starlette.responses import Response

from bot.settings import Settings

COOKIE = "motcua_browser"
#: How long a browser is known after the last sign-in, and how many people of one counter it remembers.
LASTS, _MOST = timedelta(days=180), 8


@dataclass(frozen=True)
class Whence:
    """Where a try to sign in comes from."""

    #: A digest of the address, or of the /64 of IPv6 that a household has.
    address: str = ""
    #: A number of the browser, 64 bits, and who has signed in there; empty for one that is not known.
    browser: str = ""
    known: tuple[int, ...] = ()

    def knows(self, staff_id: int) -> bool:
        """Whether they have signed in with this browser."""
        return bool(self.browser) and staff_id in self.known

    def source(self, staff_id: int) -> str:
        """What misses for somebody are counted by."""
        return f"b:{self.browser}" if self.knows(staff_id) else f"a:{self.address}"


class Browsers:
    """A signed cookie. It lets nobody in: it only says whose tries are counted apart."""

    def __init__(self, settings: Settings) -> None:
        self._signer = URLSafeTimedSerializer(settings.secret_key, salt="known browser")
        self._key = settings.secret_key.encode()
        self._secure = settings.secure_cookies
        self._cookie = f"__Host-{COOKIE}" if self._secure else COOKIE

    def whence(self, request: HTTPConnection) -> Whence:
        """Where a request comes from."""
        browser, known = self._read(request)
        host = request.client.host if request.client else ""
        digest = hmac.new(self._key, _network(host).encode(), hashlib.sha256).hexdigest()
        return Whence(digest[:32], browser, known)

    def remember(self, request: HTTPConnection, response: Response, staff_id: int) -> None:
        """Somebody has signed in with this browser."""
        browser, known = self._read(request)
        people = [staff_id, *(one for one in known if one != staff_id)][:_MOST]
        signed = str(self._signer.dumps([browser or secrets.token_hex(8), people]))
        seconds = int(LASTS.total_seconds())
        response.set_cookie(self._cookie, signed, seconds, path="/", secure=self._secure, httponly=True, samesite="lax")

    def _read(self, request: HTTPConnection) -> tuple[str, tuple[int, ...]]:
        signed = request.cookies.get(self._cookie, "")
        try:
            browser, known = self._signer.loads(signed, max_age=int(LASTS.total_seconds()))
        except (BadSignature, TypeError, ValueError):
            return "", ()
        return str(browser), tuple(known)


def _network(host: str) -> str:
    """An address; of IPv6 the part that one household has, which can change the rest at will."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))
