"""The engine: one message in, one answer out."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.conversation import Button, Outcome, Reply
from bot.conversation.answer import Answer, Linked, Readiness
from bot.engine.environment import prepare
from bot.errors import EngineFailed

if TYPE_CHECKING:
    from bot.engine.processor import LocalProcessor

_PAYLOAD = re.compile(r"/([a-z_]+)(\{.*\})?$")


class Engine:
    """Rasa's agent without its server. Only one thread at a time may use it."""

    def __init__(self, model: Path) -> None:
        self._model = model
        self._processor: LocalProcessor | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self.readiness = Readiness.STARTING

    def load(self) -> None:
        """Imports Rasa and loads the model: some ten seconds; nothing where that is done. Raises EngineFailed."""
        if self._processor is not None:
            return
        try:
            self._load()
        except Exception as error:
            self.readiness = Readiness.FAILED
            raise EngineFailed("The engine could not start") from error
        self.readiness = Readiness.READY

    def _load(self) -> None:
        prepare()
        from actions import ACTIONS
        from bot.engine.processor import LocalProcessor
        from procedures.catalogue import current_view

        actions = {action.name(): action for action in (kind() for kind in ACTIONS)}
        processor = LocalProcessor(self._model, actions)
        unknown = set(processor.domain.user_actions) - set(actions)
        if unknown:
            raise EngineFailed(f"The model asks for actions that are not here: {sorted(unknown)}")
        self._processor = processor
        # The first citizen should not wait for the index to be built.
        current_view()

    def rest(self) -> None:
        """Lets go of what two processes must not share; the next answer makes it anew. To be called before a fork."""
        if self._loop is not None:
            self._loop.close()
            self._loop = None

    def _ready(self) -> tuple[LocalProcessor, asyncio.AbstractEventLoop]:
        if self._processor is None:
            raise EngineFailed("The engine is not loaded")
        self._loop = self._loop or asyncio.new_event_loop()
        return self._processor, self._loop

    def respond(self, conversation_id: int, text: str, payload: str, memory: str | None) -> Answer:
        """Answers one message. Raises EngineFailed."""
        processor, loop = self._ready()
        processor.memory.put(memory)
        processor.failures.clear()
        spoken = _spoken(text, payload, processor.intents)
        try:
            messages = loop.run_until_complete(self._handle(processor, conversation_id, spoken))
        except Exception as error:
            raise EngineFailed("Rasa raised") from error
        if processor.failures:
            raise EngineFailed("An action raised") from processor.failures[0]
        return _answer(messages, processor.memory.get())

    def parse(self, text: str) -> dict[str, Any]:
        """What the model makes of a text by itself, as Rasa tells it. Raises EngineFailed."""
        processor, loop = self._ready()
        from rasa.core.channels.channel import UserMessage

        told: dict[str, Any] = loop.run_until_complete(processor.parse_message(UserMessage(text)))
        return told

    async def _handle(self, processor: LocalProcessor, conversation_id: int, text: str) -> list[dict[str, Any]]:
        from rasa.core.channels.channel import UserMessage

        from bot.engine.collecting import Collecting

        message = UserMessage(text, Collecting(), sender_id=str(conversation_id), input_channel="post")
        return await processor.handle_message(message) or []


def _spoken(text: str, payload: str, intents: frozenset[str]) -> str:
    """A button's payload, or typed text that Rasa cannot take for a command such as /restart."""
    stands_for = _PAYLOAD.match(payload)
    return payload if stands_for and stands_for.group(1) in intents else text.lstrip("/ ")


def _answer(messages: list[dict[str, Any]], memory: str) -> Answer:
    """Replies, and the one report that every action adds (see actions.say)."""
    replies = _replies(messages)
    report: dict[str, Any] = next((m["custom"] for m in messages if "custom" in m), {})
    if not replies or not report:
        raise EngineFailed("No rule answered")
    return Answer(
        replies=replies,
        outcome=Outcome(report["outcome"]),
        intent=report["intent"],
        aspect=report["aspect"],
        language=report["language"],
        reply_language=report["reply_language"],
        procedures=tuple(Linked(**linked) for linked in report["procedures"]),
        effects=tuple(report["effects"]),
        memory=memory,
    )


def _replies(messages: list[dict[str, Any]]) -> tuple[Reply, ...]:
    """Rasa parts a picture from the words that it was said with."""
    replies: list[Reply] = []
    for message in messages:
        if message.get("text"):
            replies.append(_reply(message))
        elif message.get("image") and replies:
            replies[-1] = replace(replies[-1], encloses=message["image"])
    return tuple(replies)


def _reply(message: dict[str, Any]) -> Reply:
    buttons = tuple(Button(button["title"], button["payload"]) for button in message.get("buttons", ()))
    return Reply(message["text"], buttons)
