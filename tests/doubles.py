"""Doubles of parts that are slow or far away."""

from __future__ import annotations

import threading

from bot.conversation import Button, Outcome, Reply
from bot.conversation.answer import Answer, Readiness
from bot.errors import EngineFailed


class EchoResponder:
    """Stands in for the engine: says again what it heard.

    `gate` holds answers back while it is clear; `may_load` holds the start back; `broken` fails the start.
    """

    def __init__(self, buttons: tuple[Button, ...] = (), starting: bool = False, broken: bool = False) -> None:
        self.readiness = Readiness.STARTING
        self.buttons = buttons
        self.broken = broken
        self.gate, self.may_load = threading.Event(), threading.Event()
        self.gate.set()
        if not starting:
            self.may_load.set()
        #: Text and payload of each message, in order.
        self.heard: list[tuple[str, str]] = []

    def load(self) -> None:
        """Ready as soon as `may_load` is set."""
        self.may_load.wait(20)
        self.readiness = Readiness.FAILED if self.broken else Readiness.READY
        if self.broken:
            raise EngineFailed("broken on purpose")

    def respond(self, conversation_id: int, text: str, payload: str, memory: str | None) -> Answer:
        """One reply, once the gate is open."""
        self.heard.append((text, payload))
        self.gate.wait(20)
        return Answer((Reply(self.words(text, payload), self.buttons),), Outcome.ANSWERED, memory=memory)

    def words(self, text: str, payload: str) -> str:
        """What is answered; a test may say something of its own."""
        return f"Nghe rõ: {text} {payload}".strip()
