"""Going on: the next part of the last answer."""

from __future__ import annotations

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.answer import Events, answer, miss, tell
from actions.reading import read
from procedures.catalogue import current_view


class ActionMore(Action):
    """Goes on where the last answer was cut."""

    def name(self) -> str:
        """Rasa's: as in the domain."""
        return "action_more"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Events:
        """Rasa's: the next page of the aspect in hand."""
        reading = read(tracker)
        if reading.is_question:
            return answer(dispatcher, reading, reading.decide())
        procedure = current_view().by_code(reading.current) if reading.current else None
        if procedure is None:
            return miss(dispatcher, reading)
        page = int(tracker.get_slot("page") or 0) + 1
        return tell(dispatcher, reading, procedure, tracker.get_slot("aspect") or "overview", page)
