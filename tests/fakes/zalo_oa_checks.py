"""What Zalo reads and refuses in the body of a message (-201 bad parameter, -210 too long, -233 bad type)."""

from __future__ import annotations

import unicodedata
from typing import Any

from starlette.requests import Request

from tests.fakes.faults import Refusal, parsed
from tests.fakes.provider import Json

MOST_TEXT, MOST_BUTTONS, MOST_TITLE, MOST_PAYLOAD = 2000, 5, 100, 1000
MOST_HEADING, MOST_SUBTITLE = 100, 500
QUERIES = {"oa.query.show", "oa.query.hide"}
#: Fields of the payload that is an object, by the button's type.
OBJECTS = {"oa.open.url": {"url"}, "oa.open.phone": {"phone_code"}, "oa.open.sms": {"content", "phone_code"}}


def bad(text: str, code: int = -201) -> Refusal:
    return Refusal(code, text)


async def body_of(request: Request) -> Json:
    """The JSON object of a POST."""
    try:
        body = parsed(await request.body())
    except ValueError:
        raise bad("Body is not JSON") from None
    return as_object(body, "body")


def data_of(request: Request) -> Json:
    """The JSON object of a GET, which stands in ?data="""
    try:
        data = parsed(request.query_params.get("data", ""))
    except ValueError:
        raise bad("Parameter data is not JSON") from None
    return as_object(data, "data")


def as_object(value: Any, name: str, only: set[str] | None = None) -> Json:
    """An object with no keys but those allowed."""
    if not isinstance(value, dict):
        raise bad(f"{name} must be an object")
    if only is not None and set(value) - only:
        raise bad(f"{name} has unknown fields: {', '.join(sorted(set(value) - only))}")
    return value


def as_text(value: Any, name: str, most: int = MOST_TEXT) -> str:
    """A string of 1 to `most` characters, counted after Unicode NFC."""
    if not isinstance(value, str) or not value.strip():
        raise bad(f"{name} must be a string and not empty")
    if len(unicodedata.normalize("NFC", value)) > most:
        raise bad(f"{name} is longer than {most} characters", -210)
    return value


def as_number(value: Any, name: str, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise bad(f"{name} must be a number from {least} to {most}")
    return value


def as_address(value: Any, name: str) -> str:
    text = as_text(value, name, 2048)
    if not text.startswith(("https://", "http://")):
        raise bad(f"{name} must be an address")
    return text


def only_element(payload: Json) -> Json:
    """The one element of a media or request_user_info template."""
    elements = payload.get("elements")
    if not isinstance(elements, list) or len(elements) != 1:
        raise bad("elements must be a list of one")
    return as_object(elements[0], "element")


def as_buttons(value: Any) -> list[Json]:
    """Up to five buttons, each with a payload of its type's shape."""
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_BUTTONS:
        raise bad(f"buttons must be a list of 1 to {MOST_BUTTONS}")
    for button in value:
        check_button(as_object(button, "button", {"title", "type", "payload", "image_icon"}))
    return value


def check_button(button: Json) -> None:
    as_text(button.get("title"), "title", MOST_TITLE)
    kind = button.get("type")
    if not isinstance(kind, str) or kind not in QUERIES | set(OBJECTS):
        raise bad("Unknown type of button", -233)
    if kind in QUERIES:
        as_text(button.get("payload"), "payload", MOST_PAYLOAD)
        return
    payload = as_object(button.get("payload"), "payload", OBJECTS[kind])
    for name in OBJECTS[kind]:
        as_text(payload.get(name), name, MOST_PAYLOAD)
    if kind == "oa.open.url":
        as_address(payload["url"], "url")
    elif not payload["phone_code"].isdecimal():
        raise bad("phone_code must be digits")


def button_data(button: Json) -> str:
    """What a button carries: the query's payload, or what it opens."""
    payload = button["payload"]
    return payload if isinstance(payload, str) else payload.get("url") or payload["phone_code"]
