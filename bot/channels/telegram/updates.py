"""Telegram's updates as messages of ours. Only private chats are answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import structlog
from telegram import CallbackQuery, ChatMemberUpdated, Message, Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.ext.filters import StatusUpdate

from bot.channels.telegram.commands import Command, split
from bot.conversation import Attachment, Contact, Inbound, Kind, Notice, Sign
from bot.errors import NotReadable

log = structlog.get_logger()

NAME = "telegram"
#: Longest id of a press that the inbox keeps, in characters.
_MOST_QUERY = 128
#: What Telegram is asked for: Update's fields that are read here.
ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
#: Before the token of a button, within the 1-64 bytes of callback_data.
PRESS = "cb:"

Came = tuple[Inbound | Notice, ...]


def came(data: Any, menu: Sequence[Command]) -> Came:
    """What one update, as JSON says it, holds. Raises NotReadable."""
    try:
        return _came(Update.de_json(data, None), menu)
    except Exception as error:
        # python-telegram-bot trusts what it parses, so that a wrong shape raises anything at all.
        kind = type(error).__name__
    # Outside of `except`: the error may show what a citizen wrote, and would be chained.
    raise NotReadable(f"telegram update: {kind}")


def _came(update: Update, menu: Sequence[Command]) -> Came:
    if update.callback_query:
        return _pressed(update.callback_query)
    if update.my_chat_member:
        return _left(update.my_chat_member)
    message = update.message or update.edited_message
    if message is None:
        log.info("telegram_update_unknown")
        return ()
    if message.chat.type != ChatType.PRIVATE or StatusUpdate.ALL.check_update(update):
        return ()
    # A live location moves by edits, every few seconds.
    if update.edited_message and message.location:
        return ()
    return (_content(message, _envelope(message, edited=update.message is None), menu),)


def _pressed(query: CallbackQuery) -> Came:
    if query.message is None or query.message.chat.type != ChatType.PRIVATE:
        return ()
    id_ = _text(query.id)
    # Told again, an update has another time but the same query.
    if len(id_) > _MOST_QUERY:
        raise NotReadable("query")
    press = Inbound(NAME, _id(query.message.chat.id), f"{PRESS}{id_}", "", ticket=id_)
    if query.data is None or not _text(query.data).startswith(PRESS):
        return (replace(press, kind=Kind.UNREADABLE),)
    return (replace(press, pressed=query.data.removeprefix(PRESS)),)


def _left(change: ChatMemberUpdated) -> Came:
    blocked = change.new_chat_member.status == ChatMemberStatus.BANNED
    if not blocked or change.chat.type != ChatType.PRIVATE:
        return ()
    return (Notice(NAME, _id(change.chat.id), Sign.LEFT, at=change.date),)


def _envelope(message: Message, *, edited: bool) -> Inbound:
    chat = _id(message.chat.id)
    id_ = f"{chat}:{_id(message.message_id)}"
    inbound = Inbound(NAME, chat, id_, "", sent_at=_utc(message.date))
    if not edited:
        return inbound
    at = _utc(message.edit_date or message.date)
    return replace(inbound, channel_message_id=f"{id_}:e{int(at.timestamp())}", edits=id_, sent_at=at)


def _content(message: Message, inbound: Inbound, menu: Sequence[Command]) -> Inbound:
    if message.text is not None:
        return _typed(message, inbound, menu)
    if message.contact:
        return _contact(message, inbound)
    if message.location:
        return replace(inbound, kind=Kind.LOCATION, point=_point(message.location))
    if message.sticker:
        return replace(inbound, kind=Kind.STICKER)
    files = _files(message)
    # Polls, dice, stories, whatever comes next: the citizen sees it in the chat and waits for a word.
    kind = files[0].kind if files else Kind.UNREADABLE
    return replace(inbound, kind=kind, text=_text(message.caption or ""), attachments=files)


def _typed(message: Message, inbound: Inbound, menu: Sequence[Command]) -> Inbound:
    text = _text(message.text)
    name, rest = split(text)
    if name == "start":
        return replace(inbound, kind=Kind.START, text=rest)
    for command in menu:
        if command.name == name:
            code = message.from_user.language_code if message.from_user else None
            return replace(inbound, text=command.title(code), payload=command.payload)
    return replace(inbound, text=text)


def _contact(message: Message, inbound: Inbound) -> Inbound:
    contact, sender = message.contact, message.from_user
    # Somebody else's number is nobody's to keep.
    if contact is None or sender is None or contact.user_id != sender.id:
        return replace(inbound, kind=Kind.UNREADABLE)
    name = f"{_text(contact.first_name)} {_text(contact.last_name or '')}".strip()
    return replace(inbound, kind=Kind.CONTACT, contact=Contact(name, _text(contact.phone_number)))


def _files(message: Message) -> tuple[Attachment, ...]:
    largest = max(message.photo, key=lambda size: size.width * size.height, default=None)
    # An animation comes with a document that is the same file.
    files = (
        (Kind.PHOTO, largest),
        (Kind.VIDEO, message.animation or message.video or message.video_note),
        (Kind.FILE, message.document),
        (Kind.VOICE, message.voice or message.audio),
    )
    for kind, file in files:
        if file:
            return (Attachment(kind, _text(file.file_id), _text(getattr(file, "file_name", None) or "")),)
    return ()


def _point(location: Any) -> tuple[float, float]:
    latitude, longitude = float(location.latitude), float(location.longitude)
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise NotReadable("degrees")
    return latitude, longitude


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise NotReadable("text")
    return value


def _id(value: object) -> str:
    # Telegram's have at most 52 bits; Python writes out any number, the inbox keeps none.
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 2**63:
        raise NotReadable("id")
    return str(value)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(timezone.utc)
