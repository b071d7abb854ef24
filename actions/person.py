"""Asking for a person."""

from __future__ import annotations

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.answer import Events
from actions.reading import read
from actions.say import report, utter
from actions.words import say


class ActionTalkToPerson(Action):
    """Hands over, and says honestly what happens next."""

    def name(self) -> str:
        """Rasa's: as in the domain."""
        return "action_talk_to_person"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Events:
        """Rasa's: returns the effect that stores a handover."""
        utter(dispatcher, say("person.stored"))
        effect = {"type": "hand_over", "reason": "asked"}
        report(dispatcher, read(tracker), "handed_over", effects=[effect])
        return [SlotSet("misses")]
