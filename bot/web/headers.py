"""What every answer tells a browser, errors too: what may run and be loaded, who may frame it, what is kept."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.settings import Settings
from bot.web.embed import origins
from bot.web.place import is_framed

#: Nothing but our own files runs, is fetched or gets a form. Pico draws its arrows and ticks as data: pictures.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; media-src 'self'; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors "
)
#: What the pages never ask a telephone for. The desk's bell needs no leave.
_UNUSED = ("accelerometer", "camera", "geolocation", "gyroscope", "magnetometer", "microphone", "payment", "usb")
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": browsers would then send forms with the origin "null".
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in _UNUSED),
    "Cross-Origin-Opener-Policy": "same-origin",
    # Who is not told otherwise keeps nothing: most of it is somebody's.
    "Cache-Control": "no-store",
}
#: A year. Not for the domains below: they are others'.
_HTTPS_ONLY = "max-age=31536000"


class Policies:
    """The headers of each address: the frame's pages may stand in the pages of named sites, all others in none."""

    def __init__(self, settings: Settings) -> None:
        always = {**_ALWAYS, "Strict-Transport-Security": _HTTPS_ONLY} if settings.secure_cookies else _ALWAYS
        framers = " ".join(("'self'", *origins(settings.embed_origins)))
        framed = {"Content-Security-Policy": _POLICY + framers, "Cross-Origin-Resource-Policy": "cross-origin"}
        alone = {"Content-Security-Policy": f"{_POLICY}'none'", "Cross-Origin-Resource-Policy": "same-origin"}
        self._framed = {**always, **framed}
        # For browsers older than frame-ancestors.
        self._alone = {**always, **alone, "X-Frame-Options": "DENY"}

    def of(self, path: str) -> dict[str, str]:
        """The headers of one address."""
        return self._framed if is_framed(path) else self._alone


class Headers:
    """Adds them to every answer that does not say otherwise."""

    def __init__(self, app: ASGIApp, policies: Policies) -> None:
        self._app = app
        self._policies = policies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                added = self._policies.of(scope["path"])
                headers.update({name: value for name, value in added.items() if name not in headers})
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)
