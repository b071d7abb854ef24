"""Files that staff have sent, under links that nobody can guess."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Engine
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.access import Access, Route
from bot.store.desk_tables import staff_file
from bot.web.stored import stored

_TOKEN = re.compile(r"[0-9a-f]{32}")
#: Kinds that a browser shows; all others are kept as files, so that nothing in them acts in our name.
_SHOWN = ("image/", "audio/")
#: It may be one citizen's: no cache may keep it, no search may find it, no address may be passed on.
_HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; media-src 'self'; sandbox",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


class FilePages:
    """One address. `media` is the folder of files."""

    def __init__(self, database: Engine, media: Path) -> None:
        self._database = database.execution_options(motcua_read=True)
        self._media = media

    def routes(self) -> list[Route]:
        """By token. It blocks: a thread of its own takes it."""
        return [Route("/f/{token}", self.serve, access=Access.CITIZEN)]

    def serve(self, request: Request) -> Response:
        """The file. Raises HTTPException 404 for a link that was made up, or that staff have taken back."""
        token = request.path_params["token"]
        row = self._row(token) if _TOKEN.fullmatch(token) else None
        path = self._media / row.file if row else None
        if row is None or path is None or not path.is_file():
            raise HTTPException(404)
        inline = row.mime.startswith(_SHOWN)
        return stored(request, path, mime=row.mime, name=row.name, inline=inline, headers=_HEADERS)

    def _row(self, token: str) -> Any:
        with self._database.connect() as connection:
            return connection.execute(select(staff_file).where(staff_file.c.token == token)).first()
