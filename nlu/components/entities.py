"""Marks the entities of each message."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.components.stateless import Stateless
from nlu.understanding.entities import Entity, find, warm_up


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class EntityFinder(Stateless):
    """Appends to `entities` what `nlu.understanding.entities` finds."""

    def __init__(self) -> None:
        warm_up()

    def process(self, messages: list[Message]) -> list[Message]:
        """Rasa's: a button brings its entities itself."""
        for message in messages:
            text = message.get(TEXT) or ""
            found = [] if text.startswith("/") else [_marked(entity) for entity in find(text)]
            message.set(ENTITIES, [*message.get(ENTITIES, []), *found], add_to_output=True)
        return messages


def _marked(entity: Entity) -> dict[str, Any]:
    """Rasa's shape; without an extractor the actions would take it for a button's."""
    said = asdict(entity)
    kind = said.pop("kind")
    del said["text"]
    return {"entity": kind, **said, "extractor": "EntityFinder", "confidence_entity": 1.0}
