"""What another site needs to show the chat: a script for its page, and our leave to be framed by it."""

from __future__ import annotations

import re
from collections.abc import Callable

import structlog
from starlette.requests import Request
from starlette.responses import Response

from bot.access import Access, Route
from bot.settings import Settings
from bot.words import words

log = structlog.get_logger()

#: Nothing else may stand in the header: a semicolon would begin another rule.
_ORIGIN = re.compile(r"https?://(\*\.)?[A-Za-z0-9.-]+(:[0-9]{1,5})?")
#: Any site may load the script, also one that isolates itself.
_SCRIPT = {"Cache-Control": "public, max-age=3600", "Cross-Origin-Resource-Policy": "cross-origin"}


class Embed:
    """The script, made once for as long as its words stay. `render` fills a template."""

    def __init__(self, settings: Settings, render: Callable[..., str]) -> None:
        self._base, self._render = settings.base_url.rstrip("/"), render
        self._made = (words().revision, self._script())

    def _script(self) -> str:
        written = self._render("embed.js", base=self._base)
        # Every visitor of another site pays for it: no comments, no indentation.
        return re.sub(r"^\s+", "", re.sub(r"/\*.*?\*/", "", written), flags=re.MULTILINE)

    def routes(self) -> list[Route]:
        """One address, which other sites write into their pages and which must stay."""
        return [Route("/embed.js", self.script, access=Access.PUBLIC)]

    async def script(self, request: Request) -> Response:
        """What puts the button on the other site's page."""
        if self._made[0] != words().revision:
            self._made = (words().revision, self._script())
        return Response(self._made[1], media_type="text/javascript", headers=_SCRIPT)


def origins(told: str) -> tuple[str, ...]:
    """The origins of MOTCUA_EMBED_ORIGINS. One that is none is left out, and logged with what to write."""
    found = [origin.rstrip("/") for origin in told.split()]
    for origin in found:
        if not _ORIGIN.fullmatch(origin):
            log.error("embed_origin_ignored", origin=origin, write="scheme and host, such as https://caobang.gov.vn")
    return tuple(origin for origin in found if _ORIGIN.fullmatch(origin))
