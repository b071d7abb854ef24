"""Bodies of requests, never larger than what is allowed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message, Receive

#: Largest body of a request, in bytes.
LARGEST = 64 * 1024


async def form_of(request: Request, files: int = 0, most: int | None = None, fields: int = 1000) -> FormData:
    """The form of a request, with at most so many files, bytes and fields.

    Raises HTTPException for one that is too large.
    """
    return await _small(request, most or LARGEST).form(
        max_files=files, max_fields=fields, max_part_size=most or LARGEST
    )


async def bytes_of(request: Request) -> bytes:
    """The body of a request. Raises HTTPException for one that is too large."""
    return await _small(request, LARGEST).body()


def field(form: FormData, name: str) -> str:
    """A text of a form; empty where there is none."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def _small(request: Request, most: int) -> Request:
    told = request.headers.get("content-length", "")
    # Nobody's length of a body has ten digits; Python would read thousands of them.
    if told.isascii() and told.isdigit() and (len(told) > 9 or int(told) > most):
        raise HTTPException(413)
    return Request({**request.scope}, _limited(request.receive, most))


def _limited(receive: Receive, most: int) -> Callable[[], Awaitable[Message]]:
    left = most

    async def limited() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(413)
        return message

    return limited
