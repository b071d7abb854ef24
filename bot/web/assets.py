"""Static files and templates of the faces in a browser."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.access import Access, Route
from bot.words import words

_FOREVER = "public, max-age=31536000, immutable"


class Assets:
    """Static files in memory, compressed once; the address holds their hash and is good for ever."""

    def __init__(self, folder: Path, place: str = "/static") -> None:
        """`place` is the beginning of their addresses."""
        self._place = place
        paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        self._files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
        self._digests = {name: hashlib.sha256(body).hexdigest()[:12] for name, body in self._files.items()}
        self._zipped = {name: gzip.compress(body, 9, mtime=0) for name, body in self._files.items()}

    def address(self, name: str) -> str:
        """Where a browser finds a file. Raises KeyError for one that is not there."""
        return f"{self._place}/{self._digests[name]}/{name}"

    def __contains__(self, name: str) -> bool:
        return name in self._files

    def route(self) -> Route:
        """Where they are served."""
        return Route(f"{self._place}/{{digest}}/{{name:path}}", self.serve, access=Access.PUBLIC)

    async def serve(self, request: Request) -> Response:
        """A file; one asked for by an old hash, from a page of before an update, is not kept."""
        name = request.path_params["name"]
        if name not in self._files:
            raise HTTPException(404)
        current = request.path_params["digest"] == self._digests[name]
        headers = {"Cache-Control": _FOREVER if current else "no-cache", "Vary": "Accept-Encoding"}
        body = self._files[name]
        if "gzip" in request.headers.get("accept-encoding", ""):
            body, headers["Content-Encoding"] = self._zipped[name], "gzip"
        return Response(body, media_type=mimetypes.guess_type(name)[0] or "text/plain", headers=headers)


def renderer(*folders: Path, **shared: Any) -> Callable[..., str]:
    """Fills templates of folders; the first that has one counts. All know `shared`, and the bot's words as `say`."""
    environment = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        # Templates change with the program alone; to look at the file each time takes a sixth of the front's work.
        auto_reload=False,
    )
    environment.globals.update({"say": words().say, **shared})

    def render(template: str, **values: Any) -> str:
        return environment.get_template(template).render(values)

    return render
