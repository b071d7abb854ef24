"""Asking for a guide, and what is said to one while none is in hand."""

from __future__ import annotations

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import answer
from actions.guide.turn import lists
from actions.reading import Reading
from actions.say import button, person_button, report, utter
from actions.topic import Events, Topic
from actions.words import say
from procedures.search import Verdict

#: What `actions.answer` is told to begin a guide instead of telling an aspect.
GUIDE = "guide"


class ActionGuide(Topic):
    """guide, my_guides, have_it, lack_it, skip, submitted; those of an open guide are taken before they come here."""

    rasa_name = "action_guide"

    def respond(self, dispatcher: CollectingDispatcher, reading: Reading) -> Events:
        """Begins the guide of what is named or in hand; the others tell what one has, and ask nothing."""
        decision = reading.decide()
        if reading.intent == GUIDE and decision.verdict is not Verdict.NONE:
            return answer(dispatcher, reading, decision, GUIDE)
        if reading.intent == GUIDE:
            return _which(dispatcher, reading)
        if reading.is_question or (reading.intent in ("have_it", "lack_it") and reading.names_a_procedure):
            return answer(dispatcher, reading, decision)
        return lists(dispatcher, reading)


def _which(dispatcher: CollectingDispatcher, reading: Reading) -> Events:
    """A guide to what? The next matter that is named begins it."""
    utter(dispatcher, say("guide.which"), [button("button.examples", "help"), person_button()])
    report(dispatcher, reading, "clarify")
    return [SlotSet("aspect", GUIDE)]
