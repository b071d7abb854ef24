"""The bot's end in small, for tests of the fakes themselves."""

from __future__ import annotations

import json
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send


class Hook:
    """A webhook that answers with the statuses it was given, then with 200; `got` holds heads and bodies."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.http = client(self)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        self.got.append((dict(request.headers), await request.body()))
        await Response(status_code=self.statuses.pop(0) if self.statuses else 200)(scope, receive, send)

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.got]


def client(app: Any) -> httpx.AsyncClient:
    """A client that reaches an application without a socket."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://fake")
