"""Where providers post: the sender is proven, the body read and stored, and only then 200 said."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from bot.access import Access, Route
from bot.channels.port import Receive, Webhook
from bot.errors import NotGenuine, NotReadable

log = structlog.get_logger()

#: Largest body, in bytes. Events hold text and addresses of media; the largest seen are some kilobytes.
LARGEST = 256 * 1024


class Webhooks:
    """/webhooks/NAME for each channel that is on."""

    def __init__(self, channels: Sequence[Webhook], receive: Receive) -> None:
        self._channels = {channel.name: channel for channel in channels}
        self._receive = receive

    def routes(self) -> list[Route]:
        """The address of all of them."""
        return [Route("/webhooks/{name}", self.take, access=Access.PROVIDER, methods=["POST"])]

    async def take(self, request: Request) -> Response:
        """One request of a provider, or of somebody who pretends to be one."""
        channel = self._channels.get(request.path_params["name"])
        if channel is None:
            return _told(404, "off")
        body = await _body(request)
        if body is None:
            return _told(413, "too large")
        try:
            came = channel.read(dict(request.headers), body)
        except NotGenuine as error:
            log.warning("webhook_not_genuine", channel=channel.name, reason=str(error))
            return _told(403, "not genuine")
        except NotReadable as error:
            # Genuine, so it would only come again and again: taken, and told to whoever reads the log.
            log.error("webhook_not_readable", channel=channel.name, reason=str(error))
            return _told(200, "not readable")
        return await self._store(channel.name, came)

    async def _store(self, channel: str, came: tuple[object, ...]) -> Response:
        try:
            await self._receive(came)  # type: ignore[arg-type]
        except Exception as error:
            # The provider keeps it and comes back.
            log.error("webhook_not_stored", channel=channel, error=type(error).__name__)
            return JSONResponse({"status": "not stored"}, status_code=503, headers={"Retry-After": "5"})
        return _told(200, "stored")


async def _body(request: Request) -> bytes | None:
    """The raw bytes, which a signature is over; None for too many of them."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > LARGEST:
        return None
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST:
                return None
    except ClientDisconnect:
        return b""
    return bytes(body)


def _told(status: int, what: str) -> Response:
    return JSONResponse({"status": what}, status_code=status)
