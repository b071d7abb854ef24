"""Zalo's OAuth v4 for Official Accounts: codes with PKCE, and one pair of tokens that rotates."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.fakes.faults import Refusal
from tests.fakes.provider import Json

#: Lifetimes in seconds: 25 h, 90 days, 10 min.
ACCESS_LIFE, REFRESH_LIFE, CODE_LIFE = 90_000, 90 * 86_400, 600
#: The refusals' codes are not documented; a client must look for a missing access_token, not for a code.
REFUSED = -14014


def challenge(verifier: str) -> str:
    """The code_challenge the console stores for a verifier (S256, unpadded)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


@dataclass
class Pair:
    access: str
    refresh: str
    issued: float


class Oauth:
    """POST /v4/oa/access_token. Only the newest pair lives."""

    def __init__(self, app_id: str, app_secret: str, now: Callable[[], float]) -> None:
        self.app_id, self.app_secret, self.now = app_id, app_secret, now
        #: Open codes: challenge and time of issue.
        self.codes: dict[str, tuple[str, float]] = {}
        self.pair = self.rotate()

    def rotate(self) -> Pair:
        """A new pair; the old one dies at once."""
        self.pair = Pair(f"access-{secrets.token_hex(16)}", f"refresh-{secrets.token_hex(16)}", self.now())
        return self.pair

    def consent(self, code_challenge: str) -> str:
        """An administrator agrees: the code that the callback brings."""
        code = f"code-{secrets.token_hex(8)}"
        self.codes[code] = (code_challenge, self.now())
        return code

    def check(self, token: str) -> None:
        """Refuses an access token that is unknown (-216) or too old (-220)."""
        if token != self.pair.access:
            raise Refusal(-216, "Access token is invalid")
        if self.now() - self.pair.issued >= ACCESS_LIFE:
            raise Refusal(-220, "Access token has expired")

    async def answer(self, request: Request) -> Response:
        form = await self._form(request)
        if request.headers.get("secret_key") != self.app_secret or form.get("app_id") != self.app_id:
            return refused("Invalid app id or secret key")
        grant = {"authorization_code": self._code_fits, "refresh_token": self._refresh_fits}.get(
            form.get("grant_type", "")
        )
        if grant is None or not grant(form):
            return refused("Invalid grant type, code, code verifier or refresh token")
        pair = self.rotate()
        body = {"access_token": pair.access, "refresh_token": pair.refresh, "expires_in": str(ACCESS_LIFE)}
        return JSONResponse(body)

    async def _form(self, request: Request) -> Json:
        """The form's fields; empty where the body is no form."""
        try:
            form = await request.form()
        except (MultiPartException, HTTPException, ValueError):
            return {}
        return {key: value for key, value in form.items() if not isinstance(value, UploadFile)}

    def _code_fits(self, form: Json) -> bool:
        """A code is spent by its first use, right or wrong."""
        wanted, issued = self.codes.pop(form.get("code", ""), ("", 0.0))
        return challenge(form.get("code_verifier", "")) == wanted and self.now() - issued < CODE_LIFE

    def _refresh_fits(self, form: Json) -> bool:
        young = self.now() - self.pair.issued < REFRESH_LIFE
        return form.get("refresh_token") == self.pair.refresh and young


def refused(text: str) -> Response:
    return JSONResponse({"error": REFUSED, "error_name": text, "error_description": text, "error_reason": text})
