"""The tokens of the account, kept fresh.

An access token lasts 25 hours. A refresh token is good for one use, and its answer ends the pair before at once
(docs.zaloplatforms.com, OAuth v4). Hence: one refreshes at a time, and a new pair is kept before it is used.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

import httpx
import structlog

from bot.channels.port import Tokens, TokenStore
from bot.channels.zalo_oa import wire
from bot.channels.zalo_oa.shapes import now, number
from bot.errors import BotError, ChannelDown, NoToken

log = structlog.get_logger()

_T = TypeVar("_T")

#: A pair is refreshed at 20 hours of its 25.
_EARLY = timedelta(hours=5)
_LIFETIME = 90_000
#: Nobody knows how old a pair is that a person copied out of Zalo's API explorer: it is refreshed at the first look.
_COPIED = timedelta(hours=1)
#: Seconds that one may take for a refresh, and after which it is tried again where it failed.
TURN = 60.0
#: How often and after how many seconds somebody else's new pair is looked for.
_LOOKS, _LOOK_AFTER = 10, 0.5
#: Seconds before a pair that could not be kept is tried to be kept again: once lost, a person has to log in.
_KEEP_AGAIN = (0.5, 2.0)


class Keyring:
    """The pair of one account, shared by all processes through its store."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        oauth_base: str,
        app_id: str,
        app_secret: str,
        store: TokenStore,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._http = http
        self._url = f"{oauth_base.rstrip('/')}/v4/oa/access_token"
        self._app_id = app_id
        self._app_secret = app_secret
        self._store = store
        self._clock = clock

    async def fresh(self, ended: str = "") -> str:
        """An access token that works; `ended` is one that Zalo has just refused.

        Raises NoToken before the first login, and ChannelDown where the pair has ended and no new one is to be had.
        """
        tokens = await self._read()
        if not self._due(tokens, ended):
            return tokens.access
        if await asyncio.to_thread(self._store.take_turn, TURN):
            return await _to_its_end(self._refresh(ended))
        return await self._of_another(tokens, ended)

    async def login(self, code: str, verifier: str) -> None:
        """The first pair, for a code that Zalo gave to a person ten minutes ago at most. Raises SendFailed."""
        form = {"code": code, "app_id": self._app_id, "grant_type": "authorization_code", "code_verifier": verifier}
        await _to_its_end(self._renew(form))

    async def keep_pair(self, access: str, refresh: str) -> None:
        """The first pair, as Zalo's API explorer shows it."""
        await asyncio.to_thread(self._store.keep, Tokens(access, refresh, self._clock() + _COPIED))

    async def _read(self) -> Tokens:
        tokens = await asyncio.to_thread(self._store.read)
        if tokens is None:
            raise NoToken
        return tokens

    def _due(self, tokens: Tokens, ended: str) -> bool:
        return tokens.access == ended or tokens.expires_at - self._clock() < _EARLY

    def _usable(self, tokens: Tokens, ended: str) -> bool:
        return tokens.access != ended and tokens.expires_at > self._clock()

    async def _of_another(self, tokens: Tokens, ended: str) -> str:
        """Somebody else refreshes: the present token will do as long as it lasts."""
        for _ in range(_LOOKS):
            if self._usable(tokens, ended):
                return tokens.access
            await asyncio.sleep(_LOOK_AFTER)
            tokens = await self._read()
        if self._usable(tokens, ended):
            return tokens.access
        raise ChannelDown("zalo tokens are being refreshed", TURN)

    async def _refresh(self, ended: str) -> str:
        # Between our look and our turn somebody else may have been at it; the pair we saw would be used up.
        tokens = await self._read()
        if not self._due(tokens, ended):
            return tokens.access
        form = {"refresh_token": tokens.refresh, "app_id": self._app_id, "grant_type": "refresh_token"}
        try:
            return (await self._renew(form)).access
        except Exception as error:
            reason = str(error) if isinstance(error, BotError) else type(error).__name__
            log.error("zalo_tokens_failed", reason=reason, until=tokens.expires_at.isoformat())
            if self._usable(tokens, ended):
                return tokens.access
            raise ChannelDown(f"zalo tokens: {reason}", TURN) from error

    async def _renew(self, form: dict[str, str]) -> Tokens:
        answer = await wire.ask(self._http, "POST", self._url, data=form, headers={"secret_key": self._app_secret})
        tokens = self._pair(answer)
        await self._keep(tokens)
        log.info("zalo_tokens_kept", until=tokens.expires_at.isoformat())
        return tokens

    def _pair(self, answer: dict[str, Any]) -> Tokens:
        code = wire.code_of(answer)
        access, refresh = answer.get("access_token"), answer.get("refresh_token")
        if code or not isinstance(access, str) or not isinstance(refresh, str) or not access or not refresh:
            raise ChannelDown(f"zalo oauth {code}" if code else "zalo oauth without tokens")
        # "expires_in" is a text of digits.
        seconds = min(number(answer.get("expires_in")) or _LIFETIME, _LIFETIME)
        return Tokens(access, refresh, self._clock() + timedelta(seconds=seconds))

    async def _keep(self, tokens: Tokens) -> None:
        for pause in _KEEP_AGAIN:
            if await self._kept(tokens):
                return
            await asyncio.sleep(pause)
        await asyncio.to_thread(self._store.keep, tokens)

    async def _kept(self, tokens: Tokens) -> bool:
        try:
            await asyncio.to_thread(self._store.keep, tokens)
        except Exception as error:
            log.error("zalo_tokens_not_kept", error=type(error).__name__)
            return False
        return True


async def _to_its_end(work: Coroutine[Any, Any, _T]) -> _T:
    """Goes on although its caller is cancelled: once Zalo has answered, the pair before is dead."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
