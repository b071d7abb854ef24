"""The line before an ordinary answer where somebody may be in danger: whom to call."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions.say import utter
from actions.words import say, speaking
from procedures.typed.identify import ANSWERED

_KEY = "emergency.if"


def warn(dispatcher: CollectingDispatcher) -> None:
    """Says it."""
    utter(dispatcher, say(_KEY))


def is_warning(text: str) -> bool:
    """Whether a message is that line, in any language."""
    for language in ANSWERED:
        with speaking(language):
            if text == say(_KEY):
                return True
    return False
