"""Put right: the bot took it wrongly, and the citizen says so, with or without the right matter."""

from __future__ import annotations

import re
from dataclasses import replace

from rasa_sdk.executor import CollectingDispatcher

from actions.answer import answer
from actions.reading import Reading
from actions.say import button, person_button, report, utter
from actions.topic import Events, Topic
from actions.words import say
from procedures.catalogue import current_view
from procedures.search import Verdict, decide
from procedures.typed.fold import fold, tidy

#: What is meant not to be meant, in folded text: "…, not a new one".
_NOT_THAT = re.compile(
    r"(?<=\w)[,;]?\s+(?:(?:chu|ma) )?(?:khong phai|ko phai|k phai|not)\b.*$|(?:，|,)?(?:而)?不是[^，,。]*$"
)
_SPACES = re.compile(r"\s+")


class ActionCorrect(Topic):
    """Looks again, without what was taken wrongly."""

    rasa_name = "action_correct"

    def respond(self, dispatcher: CollectingDispatcher, reading: Reading) -> Events:
        """Answers what is meant now; asks where it was not said."""
        text = _NOT_THAT.sub("", _SPACES.sub(" ", fold(tidy(reading.text))))
        hits = tuple(hit for hit in current_view().search(text) if hit.code != reading.current)
        if hits and (decide(hits).verdict is Verdict.ONE or reading.matter > 1):
            meant = replace(reading, hits=hits, current=None, history=())
            aspect = reading.aspect or (reading.last_aspect if reading.current or reading.choices else "")
            return answer(dispatcher, meant, meant.decide(), aspect)
        utter(dispatcher, say("correct.which"), [button("button.examples", "help"), person_button()])
        report(dispatcher, reading, "clarify")
        return Topic.remember(procedure=None)
