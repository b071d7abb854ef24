"""One request to Zalo, and its answer as an object. Nothing of either gets into an error or a log."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from bot.channels.zalo_oa import failures
from bot.errors import TryLater

#: Seconds for each step of a request, and for all of it.
TIMEOUT, WHOLE = httpx.Timeout(15.0, connect=5.0, pool=5.0), 20.0


async def ask(http: httpx.AsyncClient, method: str, url: str, **how: Any) -> dict[str, Any]:
    """The envelope of an answer: `code_of` tells whether it is a success. Raises SendFailed where there is none."""
    # Without an answer nobody knows more; errors of httpx carry the request, and with it a token.
    try:
        request = http.request(method, url, timeout=TIMEOUT, follow_redirects=False, **how)
        response = await asyncio.wait_for(request, WHOLE)
    except (httpx.HTTPError, httpx.InvalidURL, asyncio.TimeoutError) as error:
        raise failures.lost(error) from None
    envelope = _object(response)
    if envelope is None or code_of(envelope) == 0:
        failures.raise_for_status(response.status_code)
    if envelope is None:
        raise TryLater("zalo no object", perhaps_sent=True)
    return envelope


def code_of(envelope: dict[str, Any]) -> int:
    """0 for success. Errors come with HTTP 200, as a number or as a text of digits."""
    code = envelope.get("error", 0)
    try:
        return int(code) if isinstance(code, (int, str)) else _unknown()
    except ValueError:
        return _unknown()


def shape(value: object) -> object:
    """Of a body: its keys, and the lengths of its texts. For logs."""
    if isinstance(value, dict):
        return {key: shape(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [shape(part) for part in value]
    return len(value) if isinstance(value, str) else type(value).__name__


def _unknown() -> int:
    raise TryLater("zalo unknown envelope", perhaps_sent=True)


def _object(response: httpx.Response) -> dict[str, Any] | None:
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None
