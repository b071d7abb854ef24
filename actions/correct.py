"""Put right: the bot took it wrongly, and the citizen says so, with or without the right matter."""

from __future__ import annotations

import re
from dataclasses import replace

from rasa_sdk.executor import CollectingDispatcher

from actions.answer import answer
from actions.narrow import CLEAR, DEEP, narrow
from actions.reading import Reading
from actions.say import button, person_button, report, utter
from actions.topic import Events, Topic
from actions.words import say
from procedures.catalogue import current_view
from procedures.search import Hit, Verdict, decide
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
        narrowed = narrow(reading)
        if narrowed is not None:
            return answer(dispatcher, reading, narrowed, reading.last_aspect)
        hits = _meant(reading)
        if hits and (decide(hits).verdict is Verdict.ONE or reading.matter > 1):
            others = tuple(told for told in reading.history if told[0] != reading.current)
            meant = replace(reading, hits=hits, current=None, choices=(), history=others)
            aspect = reading.aspect or (reading.last_aspect if reading.held else "")
            return answer(dispatcher, meant, meant.decide(), aspect)
        utter(dispatcher, say("correct.which"), [button("button.examples", "help"), person_button()])
        report(dispatcher, reading, "clarify")
        return Topic.remember(procedure=None)


def _meant(reading: Reading) -> tuple[Hit, ...]:
    """What is named now; if not plain, what fits with what was said before. Never what is put right."""
    text = _NOT_THAT.sub("", _SPACES.sub(" ", fold(tidy(reading.text))))
    alone = _others(reading, text)
    if not alone or alone[0].sure or reading.matter <= 1:
        return alone
    both = _others(reading, f"{reading.asked} {text}")
    clear = len(both) == 1 or (len(both) > 1 and both[0].score >= both[1].score * CLEAR)
    return (replace(both[0], sure=True), *both[1:]) if clear else alone


def _others(reading: Reading, text: str) -> tuple[Hit, ...]:
    return tuple(hit for hit in current_view().search(text, DEEP) if hit.code != reading.current)
