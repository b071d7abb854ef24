"""Zalo Bot's events as messages of ours. Only private chats are answered."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import structlog

from bot.conversation import Attachment, Inbound, Kind, Notice
from bot.errors import NotReadable

log = structlog.get_logger()

NAME = "zalo-bot"

#: Longest address and id that the inbox keeps, in characters.
_MOST_CHAT, _MOST_ID = 128, 160
#: From here on a number is milliseconds: as seconds it would be the year 5138.
_MILLISECONDS = 1e11
_EVENT = re.compile(r"message\.([a-z_]{1,30})\.received")
_KINDS = {
    "text": Kind.TEXT,
    "image": Kind.PHOTO,
    "sticker": Kind.STICKER,
    "voice": Kind.VOICE,
    # From senders whom Zalo protects, and some links: it holds nothing.
    "unsupported": Kind.UNREADABLE,
}
#: Where the address of a file stands. The documentation says "photo"; "photo_url" is what came.
_FILES = {Kind.PHOTO: ("photo_url", "photo"), Kind.VOICE: ("voice_url",)}


def came(data: Any) -> tuple[Inbound | Notice, ...]:
    """What one event holds, as the documentation wraps it ("result") or flat as it really came. Raises NotReadable."""
    event = data.get("result", data) if isinstance(data, dict) else None
    if not isinstance(event, dict):
        raise NotReadable("zalo-bot event")
    name = event.get("event_name")
    found = _EVENT.fullmatch(name) if isinstance(name, str) else None
    if not found or found[1] not in _KINDS:
        log.info("zalo_bot_event_unknown", kind=found[1] if found else "")
        return ()
    message = _mapping(event.get("message"))
    chat, sender = _mapping(message.get("chat")), message.get("from")
    ours = isinstance(sender, dict) and sender.get("is_bot") is True
    if ours or chat.get("chat_type") != "PRIVATE":
        return ()
    return (_content(message, _KINDS[found[1]], _text(chat, "id")),)


def _content(message: dict[str, Any], kind: Kind, chat: str) -> Inbound:
    # Whether ids are told apart from chat to chat is not documented.
    id_ = f"{chat}:{_text(message, 'message_id')}"
    if len(chat) > _MOST_CHAT or len(id_) > _MOST_ID:
        raise NotReadable("zalo-bot ids")
    inbound = Inbound(NAME, chat, id_, "", kind=kind, sent_at=_moment(message.get("date")))
    if kind is Kind.TEXT:
        return replace(inbound, text=_text(message, "text"))
    files = _file(message, kind, _FILES.get(kind, ()))
    if kind in _FILES and not files:
        return replace(inbound, kind=Kind.UNREADABLE)
    return replace(inbound, text=_text(message, "caption", ""), attachments=files)


def _file(message: dict[str, Any], kind: Kind, names: tuple[str, ...]) -> tuple[Attachment, ...]:
    refs = [_text(message, name) for name in names if message.get(name)]
    return tuple(Attachment(kind, ref) for ref in refs[:1])


def _moment(date: object) -> datetime | None:
    if not isinstance(date, int | float):
        return None
    try:
        return datetime.fromtimestamp(date / 1000 if date > _MILLISECONDS else date, timezone.utc)
    except (ValueError, OverflowError, OSError):
        return None


def _mapping(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise NotReadable("zalo-bot message")
    return value


def _text(values: dict[str, Any], name: str, default: str | None = None) -> str:
    value = values.get(name) or default
    if not isinstance(value, str):
        raise NotReadable(f"zalo-bot {name}")
    return value
