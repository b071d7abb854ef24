"""Events: what Zalo posts, as the house's own shapes.

Bodies: docs.zaloplatforms.com/docs/OA webhook pages, chatwoot, zca-bridge; see reference/channels.md, section 1.3.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import structlog

from bot.channels.zalo_oa.shapes import MOST_ADDRESS, identity, mapping, moment, number, person, plain, within
from bot.conversation import Attachment, Contact, Inbound, Kind, Notice, Sign
from bot.errors import NotReadable

log = structlog.get_logger()

NAME = "zalo-oa"
#: A pressed button comes back as a text with its payload. Zalo's console can filter for texts that start with "#".
PRESSED = "#cb:"
#: First term of the address of somebody who has not signed in to Zalo: "anonymous:<anonymous id>:<conversation id>".
ANONYMOUS = "anonymous"

_TOKEN = re.compile(r"[!-~]{1,32}")
#: Longest name of a file, longest address of one, longest name and number of a person, in characters.
_MOST_NAME, _MOST_LINK, _MOST_CONTACT = 200, 2000, 100
_MOST_EVENT_NAME = 40

_Payload = dict[str, Any]


def read(body: object) -> tuple[Inbound | Notice, ...]:
    """What an event holds; one that nobody knows is nothing. Raises NotReadable."""
    event = mapping(body, "the body")
    name = event.get("event_name")
    if not isinstance(name, str):
        raise NotReadable("no event name")
    for prefix, whose in (("user_send_", _user), ("anonymous_send_", _anonymous)):
        if name.startswith(prefix) and name.removeprefix(prefix) in _SAID:
            return (_said(event, name.removeprefix(prefix), whose(event)),)
    # What is said in a group is no conversation with one citizen.
    if name.startswith("oa_send_") and not name.startswith("oa_send_group"):
        return (_echo(event, name),)
    if name in _OTHERS:
        return (_OTHERS[name](event),)
    log.info("zalo_event_unknown", event_name="".join(c for c in name if c.isprintable())[:_MOST_EVENT_NAME])
    return ()


def _user(event: _Payload) -> str:
    return person(within(event.get("sender"), "id"), "the sender")


def _anonymous(event: _Payload, side: str = "sender") -> str:
    """Notes disagree where the two ids are, so each known place is looked at."""
    places = (event.get("message"), event.get(side), event)
    conversation = next((p for p in (within(place, "conversation_id") for place in places) if p), None)
    who = next((p for p in (within(place, "anonymous_id") for place in places) if p), within(event.get(side), "id"))
    address = f"{ANONYMOUS}:{person(who, 'the anonymous id')}:{person(conversation, 'the conversation id')}"
    return identity(address, "the address", MOST_ADDRESS)


def _said(event: _Payload, what: str, address: str) -> Inbound:
    message = mapping(event.get("message"), "the message")
    id_ = identity(message.get("msg_id"), "the message id")
    inbound = Inbound(NAME, address, id_, plain(message.get("text")), sent_at=moment(event.get("timestamp")))
    return _SAID[what](inbound, _payloads(message))


def _payloads(message: _Payload) -> list[_Payload]:
    attachments = message.get("attachments")
    payloads = [within(one, "payload") for one in attachments] if isinstance(attachments, list) else []
    return [payload for payload in payloads if isinstance(payload, dict)]


def _unreadable(inbound: Inbound, _: list[_Payload]) -> Inbound:
    return replace(inbound, kind=Kind.UNREADABLE)


def _typed(inbound: Inbound, payloads: list[_Payload]) -> Inbound:
    """Anybody can type the prefix; what cannot be a token stays a text."""
    token = inbound.text.removeprefix(PRESSED).strip()
    if inbound.text.startswith(PRESSED) and _TOKEN.fullmatch(token):
        return replace(inbound, text="", pressed=token)
    return inbound if inbound.text else _unreadable(inbound, payloads)


def _linked(inbound: Inbound, payloads: list[_Payload]) -> Inbound:
    links = [link for link in map(_link, payloads) if link]
    text = inbound.text or "".join(links[:1])
    return replace(inbound, text=text) if text else _unreadable(inbound, payloads)


def _sticker(inbound: Inbound, _: list[_Payload]) -> Inbound:
    return replace(inbound, kind=Kind.STICKER)


def _located(inbound: Inbound, payloads: list[_Payload]) -> Inbound:
    coordinates = within(payloads[0], "coordinates") if payloads else None
    latitude, longitude = _degrees(coordinates, "latitude", 90), _degrees(coordinates, "longitude", 180)
    if latitude is None or longitude is None:
        return _unreadable(inbound, payloads)
    return replace(inbound, kind=Kind.LOCATION, point=(latitude, longitude))


def _degrees(coordinates: object, key: str, most: int) -> float | None:
    value = within(coordinates, key)
    try:
        degrees = float(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else None
    except (ValueError, OverflowError):
        return None
    # Of "nan" every comparison is false.
    return degrees if degrees is not None and -most <= degrees <= most else None


def _sent(kind: Kind) -> Callable[[Inbound, list[_Payload]], Inbound]:
    def with_files(inbound: Inbound, payloads: list[_Payload]) -> Inbound:
        found = [(_link(payload), plain(payload.get("name"), _MOST_NAME)) for payload in payloads]
        attachments = tuple(Attachment(kind, link, name) for link, name in found if link)
        if not attachments:
            return _unreadable(inbound, payloads)
        # The words that go with a video are in its description.
        text = inbound.text or plain(payloads[0].get("description"))
        return replace(inbound, kind=kind, text=text, attachments=attachments)

    return with_files


def _link(payload: _Payload) -> str:
    link = payload.get("url")
    fits = isinstance(link, str) and link.startswith(("http://", "https://")) and len(link) <= _MOST_LINK
    return link if isinstance(link, str) and fits and link == plain(link) else ""


def _opened(event: _Payload) -> Inbound:
    who = person(within(event.get("follower"), "id") or event.get("user_id"), "the follower")
    return Inbound(NAME, who, _made_id(event, who), "", kind=Kind.START, sent_at=moment(event.get("timestamp")))


def _made_id(event: _Payload, who: str) -> str:
    """Of an event without an id of its own; a repeated one has the same, for its body is the same."""
    stamp = number(event.get("timestamp"))
    if stamp is None:
        raise NotReadable("no timestamp")
    return identity(f"{event['event_name']}:{who}:{stamp}", "the made id")


def _submitted(event: _Payload) -> Inbound:
    """Old and new bodies differ in the home address alone, which nobody has asked for and which is left out."""
    who = _user(event)
    info = mapping(event.get("info"), "the info")
    contact = Contact(plain(info.get("name"), _MOST_CONTACT), plain(info.get("phone"), _MOST_CONTACT))
    id_, sent_at = _made_id(event, who), moment(event.get("timestamp"))
    return Inbound(NAME, who, id_, "", kind=Kind.CONTACT, sent_at=sent_at, contact=contact)


def _left(event: _Payload) -> Notice:
    who = person(within(event.get("follower"), "id"), "the follower")
    return Notice(NAME, who, Sign.LEFT, at=moment(event.get("timestamp")))


def _told(sign: Sign) -> Callable[[_Payload], Notice]:
    def notice(event: _Payload) -> Notice:
        address = person(within(event.get("recipient"), "id"), "the recipient")
        message = mapping(event.get("message"), "the message")
        many = message.get("msg_ids")
        ids = many if isinstance(many, list) else [message.get("msg_id")]
        return Notice(NAME, address, sign, tuple(identity(id_, "the message id") for id_ in ids))

    return notice


def _echo(event: _Payload, name: str) -> Notice:
    message = mapping(event.get("message"), "the message")
    if name.startswith("oa_send_anonymous"):
        address = _anonymous(event, "recipient")
    else:
        address = person(within(event.get("recipient"), "id"), "the recipient")
    ids = (identity(message.get("msg_id"), "the message id"),)
    return Notice(NAME, address, Sign.ECHO, ids, plain(message.get("text")))


#: What was said, by the end of the event's name.
_SAID: dict[str, Callable[[Inbound, list[_Payload]], Inbound]] = {
    "text": _typed,
    "image": _sent(Kind.PHOTO),
    "gif": _sent(Kind.PHOTO),
    "audio": _sent(Kind.VOICE),
    "video": _sent(Kind.VIDEO),
    "file": _sent(Kind.FILE),
    "location": _located,
    "sticker": _sticker,
    "link": _linked,
    # No body of it is verified anywhere.
    "business_card": _unreadable,
}
_OTHERS: dict[str, Callable[[_Payload], Inbound | Notice]] = {
    "follow": _opened,
    "user_click_chatnow": _opened,
    "unfollow": _left,
    "user_submit_info": _submitted,
    "user_received_message": _told(Sign.RECEIVED),
    "user_seen_message": _told(Sign.SEEN),
}
