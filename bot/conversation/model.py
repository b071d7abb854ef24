"""Shapes that pass between channels, post and engine."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True)
class Outbound:
    """One message on its way to a citizen."""

    message_id: int
    conversation_id: int
    address: str
    reply: Reply
