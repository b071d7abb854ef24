"""Picking one of the choices on the table: by button, number, order or words."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions.answer import answer, miss
from actions.narrow import narrow
from actions.pick import picked
from actions.reading import Reading
from actions.topic import Events, Topic
from procedures.search import Decision, Hit, Verdict


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
