"""The line before an ordinary answer where somebody may be in danger: whom to call."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions.say import utter
from actions.words import own, say, speaking
from procedures.typed.identify import ANSWERED, MINORITY

_KEY = "emergency.if"


def warn(dispatcher: CollectingDispatcher, language: str) -> None:
    """Says it, and first in the language of the message where somebody who speaks it has allowed the words."""
    if language in MINORITY and own(_KEY, language):
        utter(dispatcher, own(_KEY, language))
    utter(dispatcher, say(_KEY))


def is_warning(text: str) -> bool:
    """Whether a message is that line, in any language."""
    for language in ANSWERED:
        with speaking(language):
            if text == say(_KEY):
                return True
    return bool(text) and any(text == own(_KEY, language) for language in MINORITY)
