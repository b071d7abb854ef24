"""Shapes that pass between channels, post and engine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class State(str, Enum):
    """Who answers a conversation."""

    WITH_BOT = "with_bot"
    WAITING = "waiting"
    WITH_STAFF = "with_staff"


class Author(str, Enum):
    """Who said a line of the transcript."""

    CITIZEN = "citizen"
    BOT = "bot"
    STAFF = "staff"


class Outcome(str, Enum):
    """What came of one message; counted in statistics, so never renamed."""

    ANSWERED = "answered"
    CLARIFY = "clarify"
    GUIDE = "guide"
    HANDED_OVER = "handed_over"
    STATUS = "status"
    OUT_OF_SCOPE = "out_of_scope"
    EMERGENCY = "emergency"
    SCAM = "scam"
    SMALLTALK = "smalltalk"
    LANGUAGE = "language"
    PRIVACY = "privacy"
    ERROR = "error"


class Kind(str, Enum):
    """What a person did, or sent."""

    TEXT = "text"
    #: Opened the conversation: /start, followed, pressed the chat button. The text holds what the link carried.
    START = "start"
    PHOTO = "photo"
    FILE = "file"
    VOICE = "voice"
    VIDEO = "video"
    STICKER = "sticker"
    LOCATION = "location"
    #: A name and a telephone number that were asked for.
    CONTACT = "contact"
    #: Something that the provider does not hand on, or that nobody can read.
    UNREADABLE = "unreadable"


class Sign(str, Enum):
    """What a provider tells beside messages. Nobody answers it."""

    #: Blocked or unfollowed: nothing can be sent any more.
    LEFT = "left"
    RECEIVED = "received"
    SEEN = "seen"
    #: Said in the office's name elsewhere, such as in Zalo's own page for staff, or by us.
    ECHO = "echo"


@dataclass(frozen=True)
class Button:
    """A next step. The payload is Rasa's: /intent{"entity": "value"}."""

    title: str
    payload: str


@dataclass(frozen=True)
class Reply:
    """One message to a citizen."""

    text: str
    buttons: tuple[Button, ...] = ()
    #: What goes with it: "sheet TOKEN" is the picture of a checklist, "pdf TOKEN" the same on paper, "file ID" a file
    #: of staff's, "data ID" somebody's own data, "contact" asks for the citizen's telephone number. Empty for nothing.
    encloses: str = ""


@dataclass(frozen=True)
class Attachment:
    """Something that came with a message."""

    kind: Kind
    #: By what its channel fetches it: the provider's id of the file, or its address.
    ref: str
    name: str = ""


@dataclass(frozen=True)
class Contact:
    """A person's name and telephone number; either may be empty."""

    name: str
    phone: str


@dataclass(frozen=True)
class Inbound:
    """One message from a citizen, as its channel maps it."""

    channel: str
    #: Where answers go: a chat id, a browser session.
    address: str
    #: The provider's id of the message; the same id is the same message.
    channel_message_id: str
    text: str
    #: What a pressed button stands for; empty for typed text.
    payload: str = ""
    kind: Kind = Kind.TEXT
    #: The token of a pressed Choice; the inbox finds the payload that it stands for.
    pressed: str = ""
    #: channel_message_id of the message that this one corrects.
    edits: str = ""
    #: When the provider says it was sent, UTC.
    sent_at: datetime | None = None
    attachments: tuple[Attachment, ...] = ()
    #: Latitude and longitude in degrees.
    point: tuple[float, float] | None = None
    contact: Contact | None = None
    #: By what the channel can give a sign of life for this message, such as a callback query. Not stored.
    ticket: str = ""


@dataclass(frozen=True)
class Notice:
    """What a provider tells about a conversation, beside messages."""

    channel: str
    address: str
    sign: Sign
    #: The messages of ours that it is about.
    channel_message_ids: tuple[str, ...] = ()
    #: Of an echo: what was said.
    text: str = ""
    #: When the provider says it happened, UTC.
    at: datetime | None = None


@dataclass(frozen=True)
class Outbound:
    """One message on its way to a citizen."""

    message_id: int
    conversation_id: int
    address: str
    reply: Reply
    #: Of the reply: "vi", "en" or "zh".
    language: str = "vi"
