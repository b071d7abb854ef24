"""What /api/v1 says when something is wrong: application/problem+json (RFC 9457) with a code that stays."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

#: Code → status, what is wrong, and what to do. Programs go by the code: it is never renamed.
PROBLEMS = {
    "key_missing": (401, "There is no key.", "Send the header: Authorization: Bearer YOUR_KEY"),
    "key_refused": (
        401,
        "The key is unknown or revoked.",
        "Ask whoever runs this service for: motcua api-key add NAME",
    ),
    "address_unknown": (404, "There is nothing at this address.", "See /api/v1/openapi.json"),
    "procedure_unknown": (404, "No procedure has this code.", "Look for its code with /api/v1/procedures?q=…"),
    "method_not_allowed": (405, "The address does not take this method.", "See the header Allow."),
    "id_used": (409, "Another message has this id.", "Send a new message with a new id."),
    "too_large": (413, "The body is larger than 64 KiB.", "Send less."),
    "not_json": (415, "The body is not said to be JSON.", "Send the header: Content-Type: application/json"),
    "json_invalid": (422, "The body is not a JSON object in UTF-8.", "Send an object as /api/v1/openapi.json shows."),
    "fields_invalid": (422, "The object has other fields.", "Send id and text, or id, payload and title."),
    "field_invalid": (422, "A field has a value that it cannot have.", ""),
    "text_empty": (422, "The text is empty.", "Send at least one character that can be seen."),
    "too_many": (429, "There are too many requests.", "Wait as many seconds as Retry-After says; send the same again."),
    "text_too_long": (422, "The text is too long.", ""),
    "parameter_invalid": (422, "A parameter has a value that it cannot have.", ""),
    "bad_request": (400, "The request cannot be read.", "See /api/v1/openapi.json"),
    "failed": (500, "The service failed.", "Send the same again, with the same id, in a minute."),
}
_BY_STATUS = {404: "address_unknown", 405: "method_not_allowed", 413: "too_large"}
MEDIA_TYPE = "application/problem+json"


class Problem(HTTPException):
    """A request that is answered with a problem."""

    def __init__(self, code: str, what_to_do: str = "", headers: dict[str, str] | None = None) -> None:
        """`what_to_do` where the table cannot know it, such as which field it is and what it may be."""
        status, _, usual = PROBLEMS[code]
        super().__init__(status, what_to_do or usual, headers)
        self.code = code


async def told(_: Request, error: Exception) -> Response:
    """The answer to a request that raised. An unforeseen error tells nothing of itself."""
    if isinstance(error, Problem):
        return _answer(error.code, error.detail, dict(error.headers or {}))
    if not isinstance(error, HTTPException):
        return _answer("failed")
    code = _BY_STATUS.get(error.status_code, "bad_request")
    return _answer(code, headers=dict(error.headers or {}))


def _answer(code: str, detail: str = "", headers: dict[str, str] | None = None) -> Response:
    status, title, usual = PROBLEMS[code]
    content: dict[str, Any] = {"title": title, "status": status, "code": code, "detail": detail or usual}
    added = {"Cache-Control": "no-store", **(headers or {})}
    if status == 401:
        added["WWW-Authenticate"] = "Bearer"
    return JSONResponse(content, status, added, MEDIA_TYPE)
