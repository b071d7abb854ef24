"""Calls to the Zalo Bot API (docs.zaloplatforms.com/docs/BOT): POST JSON to BASE/botTOKEN/METHOD."""

from __future__ import annotations

from typing import Any

import httpx

from bot.channels.http import NOT_REACHED, loads
from bot.errors import ChannelDown, NotReadable, SendFailed, TryLater

#: Seconds until an answer is given up, and until a quota is looked at again: Zalo tells no time for it.
_ANSWER, _QUOTA = 20.0, 3600.0
#: Codes: nothing new (getUpdates); no code at all.
NOTHING_NEW, NO_CODE = 408, 0


class Refusal(Exception):
    """Zalo said no, or nothing that could be understood. Holds neither token nor text."""

    def __init__(self, kind: str, code: int = NO_CODE, *, reached: bool = True) -> None:
        """`code`: as HTTP's. `reached`: the call may have arrived."""
        super().__init__(kind)
        self.code = code
        self.reached = reached


class Api:
    """The methods of one bot."""

    def __init__(self, token: str, base_url: str, http: httpx.AsyncClient) -> None:
        self._base = f"{base_url.rstrip('/')}/bot{token}"
        self._http = http

    async def call(self, method: str, fields: dict[str, Any], wait: float = _ANSWER) -> Any:
        """What stands in "result". `wait`: seconds until an answer. Raises Refusal."""
        try:
            answer = await self._http.post(
                f"{self._base}/{method}", json=fields, timeout=httpx.Timeout(wait, connect=5)
            )
            return _result(answer)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            refusal = Refusal(type(error).__name__, reached=not isinstance(error, NOT_REACHED))
        # Outside of `except`: httpx's errors may show the address with the token, and would be chained.
        raise refusal


def _result(answer: httpx.Response) -> Any:
    try:
        said = loads(answer.content)
    except NotReadable:
        said = None
    said = said if isinstance(said, dict) else {}
    if answer.status_code == 200 and said.get("ok") is True:
        return said.get("result")
    code = said.get("error_code")
    if isinstance(code, int):
        raise Refusal(str(code), code)
    # Errors come with HTTP 200 as well; what is no answer at all may come from between us.
    code = 400 if said.get("ok") is False and answer.status_code == 200 else answer.status_code
    raise Refusal(str(code), NO_CODE if code == 200 else code)


def failure(refusal: Refusal) -> SendFailed:
    """What a refusal means for a letter."""
    reason, code = f"zalo-bot {refusal}", refusal.code
    if code == 401:
        return ChannelDown(reason)
    if code == 429:
        return ChannelDown(reason, _QUOTA)
    # Developers who run bots see 403 pass by itself.
    if code == 403:
        return TryLater(reason)
    if 400 <= code < 500 and code != 408:
        return SendFailed(reason)
    return TryLater(reason, perhaps_sent=refusal.reached)
