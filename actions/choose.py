"""Picking one of the choices on the table: by button, number, order or words."""

from __future__ import annotations

import re

from rasa_sdk.executor import CollectingDispatcher

from actions.answer import answer, miss
from actions.narrow import narrow
from actions.reading import Reading
from actions.topic import Events, Topic
from procedures.search import Decision, Hit, Verdict
from procedures.typed.fold import fold

#: Folded words for places in a list.
_ORDINALS = (
    (r"\b(1|mot|nhat|dau|dau tien|tren|tren cung|first)\b", 0),
    (r"\b(2|hai|nhi|second)\b", 1),
    (r"\b(3|ba|third)\b", 2),
    (r"\b(4|bon|tu|fourth)\b", 3),
    (r"\b(5|nam|fifth)\b", 4),
    (r"\b(6|sau|sixth)\b", 5),
    (r"\b(cuoi|cuoi cung|duoi|duoi cung|last)\b", -1),
)


class ActionChoose(Topic):
    """The citizen picks."""

    rasa_name = "action_choose"

    def respond(self, dispatcher: CollectingDispatcher, reading: Reading) -> Events:
        """Answers with the aspect that was asked before the choice."""
        code = reading.pressed.get("procedure") or picked(reading.text, reading.choices)
        if code is not None:
            aspect = reading.pressed.get("aspect") or reading.last_aspect or "overview"
            return answer(dispatcher, reading, Decision(Verdict.ONE, (Hit(code, 1.0),)), aspect)
        narrowed = narrow(reading)
        if narrowed is not None:
            return answer(dispatcher, reading, narrowed, reading.last_aspect)
        if reading.is_question or reading.names_a_procedure or (reading.aspect and not reading.choices):
            return answer(dispatcher, reading, reading.decide(), reading.last_aspect if reading.choices else "")
        return miss(dispatcher, reading)


def picked(text: str, choices: tuple[str, ...]) -> str | None:
    """The code that "cái thứ hai" or "2" means among the choices; None if it means none of them."""
    if not choices:
        return None
    said = fold(text)
    for pattern, place in _ORDINALS:
        if re.search(pattern, said) and place < len(choices):
            return choices[place]
    return None
