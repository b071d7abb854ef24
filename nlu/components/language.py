"""Marks each message with its language."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from procedures.typed.identify import language_of


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class LanguageMarker(GraphComponent):  # type: ignore[misc]  # Rasa ships no types
    """Sets `language`: "vi", "en", "zh" or "und"."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LanguageMarker:
        """Rasa's."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Rasa's: marks each message; a button says nothing of a language."""
        for message in messages:
            text = message.get(TEXT) or ""
            message.set("language", "und" if text.startswith("/") else language_of(text), add_to_output=True)
        return messages
