"""Bodies of messages to citizens: docs.zaloplatforms.com/docs/OA, message/cs. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from bot.channels.port import Choice
from bot.channels.zalo_oa.events import ANONYMOUS, PRESSED

#: To whom who has signed in, and to anonymous citizens.
SIGNED_IN, NOT_SIGNED_IN = "/v3.0/oa/message/cs", "/v2.0/oa/message"
#: Longest second line of a card, in characters.
MOST_SUBTITLE = 500


def is_anonymous(address: str) -> bool:
    """Somebody who has not signed in to Zalo: buttons, pictures and the memory are not for them."""
    return address.startswith(f"{ANONYMOUS}:")


def recipient(address: str) -> dict[str, str]:
    """By what Zalo knows an address."""
    if not is_anonymous(address):
        return {"user_id": address}
    _, anonymous_id, conversation_id = address.split(":", 2)
    return {"anonymous_id": anonymous_id, "conversation_id": conversation_id}


def words(text: str, choices: Sequence[Choice] = ()) -> dict[str, Any]:
    """A text with buttons; the citizen does not see what a pressed one sends."""
    message: dict[str, Any] = {"text": composed(text)}
    if choices:
        buttons = [{"title": c.title, "type": "oa.query.hide", "payload": PRESSED + c.token} for c in choices]
        message["attachment"] = {"type": "template", "payload": {"buttons": buttons}}
    return message


def picture(attachment_id: str, text: str) -> dict[str, Any]:
    """An uploaded picture, with a text below it where there is one."""
    element = {"media_type": "image", "attachment_id": attachment_id}
    payload = {"template_type": "media", "elements": [element]}
    caption = {"text": composed(text)} if text else {}
    return {**caption, "attachment": {"type": "template", "payload": payload}}


def file(token: str) -> dict[str, Any]:
    """An uploaded file; no text goes with it."""
    return {"attachment": {"type": "file", "payload": {"token": token}}}


def contact_request(title: str, subtitle: str, image_url: str) -> dict[str, Any]:
    """A card that asks for a name and a telephone number; the answer comes as `user_submit_info`."""
    element = {"title": composed(title), "subtitle": composed(subtitle), "image_url": image_url}
    payload = {"template_type": "request_user_info", "elements": [element]}
    return {"attachment": {"type": "template", "payload": payload}}


def composed(text: str) -> str:
    """In the form in which Zalo counts characters."""
    return unicodedata.normalize("NFC", text)
