"""A file of the media folder as a response: opened piece by piece where it is sealed, in parts where a player asks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from bot.privacy import files
from bot.privacy.vault import cipher

log = structlog.get_logger()

#: One part, as players ask for it; of several the whole is sent, as one may.
_RANGE = re.compile(r"bytes=(\d{1,12})?-(\d{1,12})?")
_PART, _NO_PART = 206, 416


def stored(request: Request, path: Path, *, mime: str, name: str, inline: bool, headers: Mapping[str, str]) -> Response:
    """The file. Raises HTTPException: 404 where no key opens it, 416 for a part beyond its end."""
    kind = "inline" if inline else "attachment"
    whole = files.size(path)
    if whole is None:
        told = {"media_type": mime, "filename": name, "content_disposition_type": kind}
        return FileResponse(path, headers=dict(headers), **told)  # type: ignore[arg-type]
    part = _part(request.headers.get("range", ""), whole)
    first, last = part or (0, whole - 1)
    more = {"Accept-Ranges": "bytes", "Content-Length": str(last - first + 1)}
    if part:
        more["Content-Range"] = f"bytes {first}-{last}/{whole}"
    more["Content-Disposition"] = f"{kind}; filename*=utf-8''{quote(name)}"
    if files.standing(path, cipher()) == "lost":
        # Nobody is promised what cannot be opened.
        log.error("file_unreadable")
        raise HTTPException(404)
    body = files.read(path, cipher(), first, last)
    return StreamingResponse(body, _PART if part else 200, headers={**headers, **more}, media_type=mime)


def _part(asked: str, whole: int) -> tuple[int, int] | None:
    """First and last byte of the part that is asked for; None for all of it. Raises HTTPException 416."""
    found = _RANGE.fullmatch(asked.strip())
    if not found or not (found[1] or found[2]):
        return None
    if not found[1]:
        first, last = max(whole - int(found[2]), 0), whole - 1
    else:
        first, last = int(found[1]), min(int(found[2] or whole), whole - 1)
    if first > last:
        raise HTTPException(_NO_PART, headers={"Content-Range": f"bytes */{whole}"})
    return first, last
