"""What a program asked of /api/v1, checked; openapi.py tells the same rules, and a test holds both together."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from starlette.requests import Request

from bot.post.inbox import LONGEST
from bot.web.body import bytes_of
from bot.web.chat import LONGEST_PAYLOAD, Said, read
from bot.web.problems import Problem

CONVERSATION = "[A-Za-z0-9_-]{1,64}"
MESSAGE_ID = "[A-Za-z0-9_-]{8,64}"
CODE = "[0-9][.][0-9]{6}"
PLACE = "[0-9]{5}"
PAYLOAD = "/[a-z_]{1,60}([{][^\\u0000-\\u001f\\u007f]*[}])?"
#: A character that is neither blank nor invisible.
VISIBLE = (
    "[^\\u0000-\\u0020\\u007f-\\u00a0\\u00ad\\u1680\\u180e\\u2000-\\u200f\\u2028-\\u202f\\u205f-\\u2069\\u3000\\ufeff]"
)
LANGUAGES = ("vi", "en", "zh")
#: Largest number of a message.
LARGEST_ID = 2**31 - 1
#: Characters of the longest question to the search.
LONGEST_QUESTION = 500
#: Seconds that a program may wait for news.
LONGEST_WAIT = 25
#: Messages and procedures in one answer.
MOST_MESSAGES, MOST_HITS = 100, 20


async def message(request: Request) -> Said:
    """The message in a body. Raises Problem."""
    body = await _object(request)
    if set(body) not in ({"id", "text"}, {"id", "payload", "title"}):
        raise Problem("fields_invalid")
    _fitting(body, "id", MESSAGE_ID, "8 to 64 letters, digits, - or _")
    if "payload" in body:
        _fitting(body, "payload", PAYLOAD, f"that of a button, with at most {LONGEST_PAYLOAD} characters")
    words = _words(body, "text" if "text" in body else "title")
    # Where there is a payload the words are the title of its button.
    said = read(words, words if "payload" in body else "", body.get("payload", ""), body["id"])
    if said.trouble:
        raise Problem("text_empty") if not said.text else _too_long(len(said.text))
    return said


def conversation(request: Request) -> str:
    """The program's own name of a conversation. Raises Problem."""
    return _path(request, "conversation", CONVERSATION, "1 to 64 letters, digits, - or _")


def code(request: Request) -> str:
    """A national code. Raises Problem."""
    return _path(request, "code", CODE, "a national code such as 1.001193")


def number(request: Request, name: str, usual: int, low: int, high: int) -> int:
    """A whole number of the query, within both ends. Raises Problem."""
    text = _single(request, name)
    if text is None:
        return usual
    value = int(text) if re.fullmatch("-?[0-9]{1,10}", text, re.ASCII) else low - 1
    if not low <= value <= high:
        raise _wrong(name, f"a whole number from {low} to {high}")
    return value


def choice(request: Request, name: str, allowed: Sequence[str]) -> str:
    """One of a few words, the first where it is left out. Raises Problem."""
    text = _single(request, name)
    if text is None:
        return allowed[0]
    if text not in allowed:
        raise _wrong(name, f"one of {', '.join(allowed)}")
    return text


def place(request: Request) -> str:
    """Five digits of a commune; empty for the whole province. Raises Problem."""
    text = _single(request, "place")
    if text is not None and not re.fullmatch(PLACE, text):
        raise _wrong("place", "the five digits of a commune, such as 01273")
    return text or ""


def question(request: Request) -> str:
    """What is looked for. Raises Problem."""
    text = _single(request, "q") or ""
    if not 1 <= len(text) <= LONGEST_QUESTION:
        raise _wrong("q", f"a text of 1 to {LONGEST_QUESTION} characters")
    return text


async def _object(request: Request) -> dict[str, Any]:
    """A JSON object of texts."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Problem("not_json")
    try:
        body = json.loads((await bytes_of(request)).decode("utf-8"))
    except (ValueError, RecursionError):
        raise Problem("json_invalid") from None
    if not isinstance(body, dict):
        raise Problem("json_invalid")
    return body


def _words(body: dict[str, Any], name: str) -> str:
    words = body[name]
    if not isinstance(words, str):
        raise Problem("field_invalid", f"{name} must be a text.")
    if not re.search(VISIBLE, words):
        raise Problem("text_empty")
    if len(words) > LONGEST:
        raise _too_long(len(words))
    return words


def _fitting(body: dict[str, Any], name: str, pattern: str, what: str) -> None:
    value = body[name]
    too_long = isinstance(value, str) and len(value) > LONGEST_PAYLOAD
    if not isinstance(value, str) or too_long or not re.fullmatch(pattern, value):
        raise Problem("field_invalid", f"{name} must be {what}.")


def _too_long(length: int) -> Problem:
    return Problem("text_too_long", f"Send at most {LONGEST} characters; these are {length}.")


def _path(request: Request, name: str, pattern: str, what: str) -> str:
    value: str = request.path_params[name]
    if not re.fullmatch(pattern, value):
        raise _wrong(name, what)
    return value


def _single(request: Request, name: str) -> str | None:
    values = request.query_params.getlist(name)
    if len(values) > 1:
        raise Problem("parameter_invalid", f"{name} must be given once.")
    return values[0] if values else None


def _wrong(name: str, what: str) -> Problem:
    return Problem("parameter_invalid", f"{name} must be {what}.")
