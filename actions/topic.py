"""What all actions share: they read the message, and speak the person's language."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.guide.turn import take, way_back
from actions.reading import Reading, read
from actions.say import person_button, report, utter
from actions.tongue import Tongue, tongue
from actions.warning import warn
from actions.words import say_too, speaking
from procedures.life_events import life_events
from procedures.typed.identify import MINORITY

Events = list[dict[str, Any]]


class Topic(Action):
    """One topic of conversation. `rasa_name` is its name in the domain."""

    rasa_name = ""

    def name(self) -> str:
        """Rasa's: as in the domain."""
        return self.rasa_name

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Events:
        """Rasa's: reads the latest message and answers it."""
        reading = read(tracker)
        spoken = tongue(tracker.get_slot("language"), tracker.get_slot("other_language"), reading)
        with speaking(spoken.reply):
            # Who tells a birth or a death and no more is not in danger, whatever the classifier fears.
            if reading.danger and life_events().find(reading.text) is None:
                warn(dispatcher, reading.language)
            if reading.language in MINORITY and not _may_be_answered(reading):
                return [*_remember(spoken), *_unspoken(dispatcher, reading)]
            guided = take(dispatcher, reading)
            if guided is not None:
                return [*_remember(spoken), *guided]
            told = self.respond(dispatcher, reading)
            # What an action remembers itself counts more: it comes later.
            return [*_remember(spoken), *_asked(reading), *way_back(dispatcher, reading), *told]

    def respond(self, dispatcher: CollectingDispatcher, reading: Reading) -> Events:
        """Says something, reports exactly once, returns what is to be remembered."""
        raise NotImplementedError

    @staticmethod
    def remember(**slots: Any) -> Events:
        """Events that set slots."""
        return [SlotSet(slot, value) for slot, value in slots.items()]


def _may_be_answered(reading: Reading) -> bool:
    """The classifier has learnt no word of these languages: only an alarm, or a Vietnamese name among them, counts."""
    return reading.names_a_procedure or reading.intent.startswith("emergency_")


def _unspoken(dispatcher: CollectingDispatcher, reading: Reading) -> Events:
    """That the language is recognised and not spoken here, and a person who may."""
    utter(dispatcher, say_too(f"minority.{reading.language}", reading.language), [person_button()])
    report(dispatcher, reading, "language")
    return []


def _remember(spoken: Tongue) -> Events:
    return [SlotSet("language", spoken.reply), SlotSet("other_language", spoken.other)]


def _asked(reading: Reading) -> Events:
    """The message, where it names a matter: what is added later is understood with it."""
    return [SlotSet("asked", reading.text)] if reading.is_question and not reading.follows_up else []
