"""The server around the pages: how long it waits, how many it serves at once, whose word on an address it takes."""

from __future__ import annotations

import asyncio
import resource
from typing import Any

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.settings import Settings
from bot.web.sizes import MOST_HEADERS

#: Seconds for the head of a request, and for the rest of a body that nobody wants. Signals are thin here.
PATIENCE = 20.0
#: Files that the process may need besides connections; connections that are enough for a province.
_OTHER_FILES, _ENOUGH = 256, 8192


class Patient(H11Protocol):
    """Closes a connection that does not say what it wants: uvicorn by itself would hold it open for ever.

    h11 and not httptools, which collects headers without end.
    """

    patience = PATIENCE
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The clock starts."""
        super().connection_made(transport)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """The clock stops."""
        super().connection_lost(exc)
        self._stop()

    def data_received(self, data: bytes) -> None:
        """Stops the clock where the head is whole now."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """The next request is waited for."""
        super().on_response_complete()
        self._watch()

    def _watch(self) -> None:
        unwanted = self.conn.our_state is h11.DONE and self.conn.their_state is h11.SEND_BODY
        if self.conn.their_state is not h11.IDLE and not unwanted:
            self._stop()
        elif self._deadline is None and not self.transport.is_closing():
            # Bytes that dribble in do not set it back.
            self._deadline = self.loop.call_later(self.patience, self.transport.abort)

    def _stop(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def config(app: ASGIApp, settings: Settings, **more: Any) -> uvicorn.Config:
    """How uvicorn serves the pages. `more` goes on to it."""
    told: dict[str, Any] = {
        # ws: the websockets release that Rasa pins breaks uvicorn's automatic choice; the chat needs none.
        "ws": "none",
        "http": Patient,
        "h11_max_incomplete_event_size": 2 * MOST_HEADERS,
        "limit_concurrency": _connections(),
        "log_level": "warning",
        "timeout_graceful_shutdown": 5,
        # What it is and which release is nobody's business.
        "server_header": False,
        "proxy_headers": True,
        "forwarded_allow_ips": ",".join(settings.trusted_proxies.split()),
    }
    return uvicorn.Config(app, **{**told, **more})


def _connections() -> int:
    """As many as there may be open files, less those that the program needs itself."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _ENOUGH + _OTHER_FILES if hard == resource.RLIM_INFINITY else min(hard, _ENOUGH + _OTHER_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return max(wanted - _OTHER_FILES, 64)
