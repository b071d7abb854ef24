"""What only people answer: asked for a person, complaints, disputes, files that are late."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions.answer import answer
from actions.reading import Reading
from actions.say import report, utter
from actions.topic import Events, Topic
from actions.words import say

#: Reason of the handover by intent.
_REASONS = {"complaint": "complaint", "dispute": "dispute", "overdue": "overdue"}


class ActionTalkToPerson(Topic):
    """Hands over, and says honestly what happens next."""

    rasa_name = "action_talk_to_person"

    def respond(self, dispatcher: CollectingDispatcher, reading: Reading) -> Events:
        """Returns the effect that stores a handover. A question that only looks like one of these is answered."""
        if not reading.pressed and not reading.believed and reading.is_question:
            return answer(dispatcher, reading, reading.decide())
        return hand_over(dispatcher, reading, _REASONS.get(reading.intent, "asked"))


def hand_over(dispatcher: CollectingDispatcher, reading: Reading, reason: str) -> Events:
    """A handover for a reason: asked, complaint, dispute, overdue."""
    opening = [say(f"person.{reason}")] if reason in _REASONS.values() else []
    utter(dispatcher, "\n".join([*opening, say("person.stored")]))
    report(dispatcher, reading, "handed_over", effects=[{"type": "hand_over", "reason": reason}])
    return Topic.remember(misses=None)
