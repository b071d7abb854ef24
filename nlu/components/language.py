"""Marks each message with its language."""

from __future__ import annotations

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.components.stateless import Stateless
from procedures.typed.identify import language_of


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class LanguageMarker(Stateless):
    """Sets `language`: "vi", "en", "zh" or "und"."""

    def process(self, messages: list[Message]) -> list[Message]:
        """Rasa's: marks each message; a button says nothing of a language."""
        for message in messages:
            text = message.get(TEXT) or ""
            message.set("language", "und" if text.startswith("/") else language_of(text), add_to_output=True)
        return messages
