"""Links a message to the procedures it may mean."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.components.stateless import Stateless
from procedures.catalogue import current_view
from procedures.places import places
from procedures.search.query import matter

#: Procedures that are passed on.
_MOST = 8


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class ProcedureLinker(Stateless):
    """Ranks the procedures of the catalogue for each message.

    Sets `procedures`, a list of {"code": str, "score": float, "sure": bool} best first, also of each of `parts` that
    asks for something and names it, and `matter`, how many syllables of the message name something. It ranks and does
    not decide: actions do, who know what was said before.
    The catalogue is read at each message, so a new procedure is found without training.
    """

    def process(self, messages: list[Message]) -> list[Message]:
        """Rasa's: adds the ranking to each message."""
        for message in messages:
            text = message.get("normalised") or message.get(TEXT) or ""
            message.set("procedures", _ranked(text), add_to_output=True)
            message.set("matter", matter(places().find(text).rest).solid, add_to_output=True)
            linked = [{**part, "procedures": _of_part(part)} for part in message.get("parts") or ()]
            message.set("parts", linked, add_to_output=True)
        return messages


def _of_part(part: dict[str, Any]) -> list[dict[str, Any]]:
    return [] if part["bare"] or part["intent"] == "ask_overview" else _ranked(part["text"])


def _ranked(text: str) -> list[dict[str, Any]]:
    # A payload names its procedure itself.
    return [] if text.startswith("/") else [vars(hit) for hit in current_view().search(text, _MOST)]
