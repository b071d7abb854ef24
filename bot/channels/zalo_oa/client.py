"""Zalo's API: header `access_token`, errors in an envelope that comes with HTTP 200."""

from __future__ import annotations

import json as json_
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx
import structlog

from bot.channels.port import TokenStore
from bot.channels.zalo_oa import failures, wire
from bot.channels.zalo_oa.shapes import now
from bot.channels.zalo_oa.tokens import Keyring

log = structlog.get_logger()


class Client:
    """Calls as one official account. All raise SendFailed, and NoToken before the first login."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        api_base: str,
        oauth_base: str,
        app_id: str,
        app_secret: str,
        tokens: TokenStore,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self.http = http
        self.api_base = api_base.rstrip("/")
        self.clock = clock
        self._keyring = Keyring(http, oauth_base, app_id, app_secret, tokens, clock)

    async def call(self, path: str, json: dict[str, Any]) -> Any:
        """What a POST answers under "data"."""
        return await self._ask("POST", path, json=json)

    async def get(self, path: str, data: dict[str, Any] | None = None) -> Any:
        """What a GET answers under "data". Its parameters go as one JSON text."""
        how = {"params": {"data": json_.dumps(data)}} if data else {}
        return await self._ask("GET", path, **how)

    async def upload(self, path: str, body: bytes, name: str, mime: str) -> Any:
        """What an upload answers under "data"."""
        return await self._ask("POST", path, files={"file": (name, body, mime)})

    async def fresh(self) -> None:
        """Refreshes the tokens where they are due."""
        await self._keyring.fresh()

    async def login(self, code: str, verifier: str) -> None:
        """The first pair of tokens for a code of Zalo's consent page."""
        await self._keyring.login(code, verifier)

    async def keep_pair(self, access: str, refresh: str) -> None:
        """The first pair of tokens, copied from Zalo's API explorer."""
        await self._keyring.keep_pair(access, refresh)

    async def _ask(self, method: str, path: str, **how: Any) -> Any:
        token = await self._keyring.fresh()
        envelope = await self._once(method, path, token, how)
        if wire.code_of(envelope) in failures.TOKEN_ENDED:
            token = await self._keyring.fresh(ended=token)
            envelope = await self._once(method, path, token, how)
        code = wire.code_of(envelope)
        if code:
            log.warning("zalo_refused", path=path, code=code, shape=wire.shape(how.get("json")))
        failures.raise_for(code, self.clock())
        return envelope.get("data")

    async def _once(self, method: str, path: str, token: str, how: dict[str, Any]) -> dict[str, Any]:
        return await wire.ask(self.http, method, self.api_base + path, headers={"access_token": token}, **how)
