"""What the engine gives back for one message: plain data, so that reply and effects commit together."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from bot.conversation.model import Outcome, Reply


@dataclass(frozen=True)
class Linked:
    """A procedure that the message may mean; score from 0 to 1."""

    code: str
    score: float


@dataclass(frozen=True)
class Answer:
    """Replies, what came of it, what is to be done, and what the engine wants to remember."""

    replies: tuple[Reply, ...]
    outcome: Outcome
    intent: str = ""
    aspect: str = ""
    #: Best first, at most five.
    procedures: tuple[Linked, ...] = ()
    #: Plain data such as {"type": "hand_over", "reason": "asked"}.
    effects: tuple[dict[str, Any], ...] = ()
    #: JSON; goes back in with the next message of the conversation.
    memory: str | None = None
    #: Of the message: "vi", "en", "zh", or "und" where it does not tell.
    language: str = "und"
    #: Of the replies: "vi", "en" or "zh".
    reply_language: str = "vi"


class Readiness(str, Enum):
    """Where the engine is between a start and its first answer."""

    STARTING = "starting"
    READY = "ready"
    FAILED = "failed"


class Responder(Protocol):
    """Whoever can answer: the engine, or a double in a test."""

    def respond(self, conversation_id: int, text: str, payload: str, memory: str | None) -> Answer:
        """Answers one message. Raises EngineFailed."""
