"""Forms of our own pages are told from those of other sites."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request


def refuse_strangers(request: Request, base_url: str) -> None:
    """Another site must not write in somebody's name. Raises HTTPException 403.

    `base_url`: the address under which people reach the site. Browsers say where a form comes from; a program that
    says nothing holds nobody's cookie.
    """
    site = request.headers.get("sec-fetch-site")
    told = request.headers.get("origin") or request.headers.get("referer")
    ours = {origin(base_url), origin(str(request.base_url))}
    if site in ("same-origin", "none") or (site is None and (told is None or origin(told) in ours)):
        return
    raise HTTPException(403)


def origin(url: str) -> str:
    """Scheme, host and port of an address; empty for what is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}"
