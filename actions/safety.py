"""Emergencies and scams: said at once, before anything else."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions.answer import answer
from actions.reading import Reading
from actions.say import button, person_button, report, utter
from actions.topic import Events, Topic
from actions.warning import warn
from actions.words import say


class ActionEmergency(Topic):
    """The number to call, first."""

    rasa_name = "action_emergency"

    def respond(self, dispatcher: CollectingDispatcher, reading: Reading) -> Events:
        """Fire, illness, violence, a child, a life that somebody wants to end: each has its own first words.

        What may as well be a question about what is in hand is answered, after the numbers.
        """
        if reading.asks_in_hand:
            warn(dispatcher, reading.language)
            return answer(dispatcher, reading, reading.decide())
        kind = reading.intent.removeprefix("emergency_")
        utter(dispatcher, "\n".join([say(f"emergency.{kind}"), say("emergency.numbers"), say("emergency.honest")]))
        report(dispatcher, reading, "emergency")
        return []


class ActionScam(Topic):
    """A warning, and the official ways."""

    rasa_name = "action_scam"

    def respond(self, dispatcher: CollectingDispatcher, reading: Reading) -> Events:
        """What not to do, what to do if it was done, where to ask."""
        utter(dispatcher, say("scam.warning"), [button("button.check_person", "check_person"), person_button()])
        report(dispatcher, reading, "scam")
        return []
