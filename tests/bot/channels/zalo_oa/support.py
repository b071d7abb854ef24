"""What the tests of Zalo share: an account at a scripted provider, and a store of tokens in memory."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import httpx

from bot.channels.port import Tokens
from bot.channels.zalo_oa import ZaloOa
from bot.channels.zalo_oa.client import Client
from bot.channels.zalo_oa.signature import Signatures

API, OAUTH = "https://openapi.test", "https://oauth.test"
APP_ID, APP_SECRET, OA_SECRET = "360846524940903967", "test-app-secret", "test-oa-secret"
CITIZEN = "246845883529197922"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def utc() -> datetime:
    return datetime.now(timezone.utc)


class Store:
    """A TokenStore that counts, and that can be told to break."""

    def __init__(self, tokens: Tokens | None = None) -> None:
        self.tokens = tokens
        self.kept: list[Tokens] = []
        self.breaks: list[BaseException] = []
        self._until = 0.0
        self._lock = threading.Lock()

    def read(self) -> Tokens | None:
        return self.tokens

    def keep(self, tokens: Tokens) -> None:
        if self.breaks:
            raise self.breaks.pop(0)
        self.tokens, self._until = tokens, 0.0
        self.kept.append(tokens)

    def take_turn(self, seconds: float) -> bool:
        with self._lock:
            if self._until > time.monotonic():
                return False
            self._until = time.monotonic() + seconds
            return True


def pair(hours: float = 25, access: str = "access-0", refresh: str = "refresh-0") -> Tokens:
    return Tokens(access, refresh, utc() + timedelta(hours=hours))


def ok(data: Any = None) -> httpx.Response:
    return httpx.Response(200, json={"data": data or {"message_id": "m1"}, "error": 0, "message": "Success"})


def error(code: int | str) -> httpx.Response:
    return httpx.Response(200, json={"error": code, "message": "no"})


class Provider:
    """Answers each API call with the next of a script, the last again and again; rotates tokens as Zalo does."""

    def __init__(self, *script: httpx.Response | Exception) -> None:
        self.script = list(script) or [ok()]
        self.requests: list[httpx.Request] = []
        self.access, self.refresh, self.refreshes = "access-0", "refresh-0", 0
        #: None, or what a refresh gets instead of tokens.
        self.oauth: httpx.Response | Exception | None = None
        #: Tokens other than the newest get -216.
        self.strict = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        if str(request.url).startswith(OAUTH):
            return self._rotate(request)
        self.requests.append(request)
        if self.strict and request.headers["access_token"] != self.access:
            return error(-216)
        answer = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    def _rotate(self, request: httpx.Request) -> httpx.Response:
        form = dict(httpx.QueryParams(request.content.decode()))
        if isinstance(self.oauth, Exception):
            raise self.oauth
        if self.oauth is not None:
            return self.oauth
        wrong = form["grant_type"] == "refresh_token" and form["refresh_token"] != self.refresh
        if wrong or request.headers["secret_key"] != APP_SECRET:
            return httpx.Response(200, json={"error": -14014, "error_name": "Invalid refresh token"})
        self.refreshes += 1
        self.access, self.refresh = f"access-{self.refreshes}", f"refresh-{self.refreshes}"
        return httpx.Response(
            200, json={"access_token": self.access, "refresh_token": self.refresh, "expires_in": "90000"}
        )

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(request.content) for request in self.requests if request.method == "POST"]


def client(
    transport: httpx.AsyncBaseTransport | Provider, store: Store | None = None, clock: Callable[[], datetime] = utc
) -> Client:
    handler = httpx.MockTransport(transport) if isinstance(transport, Provider) else transport
    http = httpx.AsyncClient(transport=handler)
    return Client(http, API, OAUTH, APP_ID, APP_SECRET, store or Store(pair()), clock)


def channel(transport: httpx.AsyncBaseTransport | Provider, store: Store | None = None) -> ZaloOa:
    return ZaloOa(client(transport, store), Signatures(APP_ID, APP_SECRET, OA_SECRET))
