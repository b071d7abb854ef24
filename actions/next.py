"""Going on: the next part of the last answer."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions.answer import answer, miss, tell
from actions.known import known
from actions.reading import Reading
from actions.topic import Events, Topic


class ActionNext(Topic):
    """Goes on where the last answer was cut."""

    rasa_name = "action_next"

    def respond(self, dispatcher: CollectingDispatcher, reading: Reading) -> Events:
        """The next page of the aspect in hand."""
        if reading.is_question:
            return answer(dispatcher, reading, reading.decide())
        procedure = known(reading.current)
        if procedure is None:
            return miss(dispatcher, reading)
        return tell(dispatcher, reading, procedure, reading.last_aspect or "overview", reading.page + 1)
