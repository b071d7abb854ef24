"""What is somebody's own: their file at the office, and what is kept of them here."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions.answer import answer
from actions.reading import Reading
from actions.say import person_button, report, utter
from actions.topic import Events, Topic
from actions.words import say


class ActionFileStatus(Topic):
    """The status of a file: what the bot cannot see, where it is seen, and a person."""

    rasa_name = "action_file_status"

    def respond(self, dispatcher: CollectingDispatcher, reading: Reading) -> Events:
        """The number of a file is never repeated: what is written here may be read over a shoulder.

        Only people see a file, so it is handed over; whoever looks it up alone may say that nobody is needed.
        """
        if not reading.believed and (reading.is_question or reading.aspect) and "dossier" not in reading.named:
            return answer(dispatcher, reading, reading.decide())
        key = "status.with_number" if "dossier" in reading.named else "status.without_number"
        utter(dispatcher, "\n".join([say("status.honest"), say(key), say("status.look_up")]), [person_button()])
        report(dispatcher, reading, "status", effects=[{"type": "hand_over", "reason": "own_file"}])
        return []


class ActionPrivacy(Topic):
    """What is kept, and the wish to have it deleted."""

    rasa_name = "action_privacy"

    def respond(self, dispatcher: CollectingDispatcher, reading: Reading) -> Events:
        """Says that it is a right. What is kept of this person only the bot knows: it counts, asks and deletes."""
        deletes = reading.intent == "delete_me"
        utter(dispatcher, say("privacy.delete" if deletes else "privacy.kept"))
        report(dispatcher, reading, "privacy", effects=[{"type": "privacy", "do": "ask" if deletes else "kept"}])
        return []
