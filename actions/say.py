"""Speaking: messages with buttons, and the one report of what came of the turn."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.reading import Reading
from actions.words import say, spoken
from procedures.search import Hit

Button = dict[str, str]


def payload(intent: str, **entities: str) -> str:
    """What a button stands for: /intent{"entity": "value"}."""
    return f"/{intent}{json.dumps(entities, ensure_ascii=False)}" if entities else f"/{intent}"


def button(key: str, intent: str, **entities: str) -> Button:
    """A button with a title from the locale files."""
    return {"title": say(key), "payload": payload(intent, **entities)}


def short(text: str, most: int) -> str:
    """A text of at most so many characters, cut between words."""
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + "…"


def person_button() -> Button:
    """The way on when the bot cannot help."""
    return button("button.person", "talk_to_person")


def utter(dispatcher: CollectingDispatcher, text: str, buttons: Sequence[Button] = ()) -> None:
    """One message."""
    dispatcher.utter_message(text=text, buttons=list(buttons))


def report(
    dispatcher: CollectingDispatcher,
    reading: Reading,
    outcome: str,
    aspect: str = "",
    hits: Sequence[Hit] = (),
    effects: Sequence[dict[str, Any]] = (),
) -> None:
    """Tells the bot what came of the turn. Every action says it exactly once; channels never show it."""
    dispatcher.utter_message(
        json_message={
            "outcome": outcome,
            "intent": reading.intent,
            "language": reading.language,
            "reply_language": spoken(),
            "aspect": aspect,
            "procedures": [{"code": hit.code, "score": hit.score} for hit in hits[:5]],
            "effects": list(effects),
        }
    )
