"""What was said before, said again: repeated, explained, shortened; or an older answer, gone back to."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions.answer import answer, miss, tell
from actions.aspects import write
from actions.card import Card, fold
from actions.known import known
from actions.reading import Reading
from actions.say import person_button, report, utter
from actions.topic import Events, Topic
from actions.words import say
from procedures.catalogue import current_view
from procedures.model import Procedure
from procedures.search import Hit

#: Lines that a short answer keeps.
_SHORT = 2
#: Procedures among which one that was told before is looked for.
_DEEP = 24


class ActionAgain(Topic):
    """repeat, explain, shorter, go_back, resume."""

    rasa_name = "action_again"

    def respond(self, dispatcher: CollectingDispatcher, reading: Reading) -> Events:
        """Says it again in the way that is asked for."""
        back = _gone_back_to(reading)
        if back is not None:
            return tell(dispatcher, reading, back[0], reading.aspect or back[1], 0)
        if reading.is_question or _names_something(reading):
            return answer(dispatcher, reading, reading.decide(), _aspect(reading))
        if reading.choices and reading.intent != "go_back" and reading.current not in reading.choices:
            return answer(dispatcher, reading, reading.in_hand(), reading.last_aspect)
        code, aspect = _meant(reading)
        procedure = known(code)
        if procedure is None:
            return miss(dispatcher, reading)
        if reading.intent == "shorter":
            return _shorter(dispatcher, reading, procedure, aspect)
        if reading.intent == "explain":
            utter(dispatcher, say("again.explain"), [person_button()])
        return tell(dispatcher, reading, procedure, aspect, 0)


def _names_something(reading: Reading) -> bool:
    """A matter of its own: one procedure for sure, or a word to be explained while nothing is in hand."""
    if reading.intent not in ("explain", "go_back", "resume"):
        return False
    word = reading.intent == "explain" and reading.current is None and reading.matter > 0
    return reading.names_a_procedure or (word and bool(reading.hits))


def _gone_back_to(reading: Reading) -> tuple[Procedure, str] | None:
    """The procedure told before that is named, or that a question goes back to, with the aspect that was told."""
    told = dict(reading.history)
    if reading.intent != "go_back" or reading.pressed:
        return None
    named = current_view().search(reading.text, _DEEP) if reading.matter else []
    code = next((hit.code for hit in named if hit.code in told), None)
    if code is None and reading.aspect:
        code = next((code for code, _ in reversed(reading.history) if code != reading.current), None)
    procedure = known(code)
    return (procedure, told[procedure.code]) if procedure else None


def _aspect(reading: Reading) -> str:
    """A word that is asked about is explained by the overview of its procedure."""
    return reading.aspect or "overview"


def _meant(reading: Reading) -> tuple[str | None, str]:
    """What is in hand; when going back, the answer before it, or the one in hand where choices came after it."""
    if reading.intent == "go_back" and len(reading.history) > 1 and not reading.choices:
        return reading.history[-2]
    return reading.current, reading.last_aspect or "overview"


def _shorter(dispatcher: CollectingDispatcher, reading: Reading, procedure: Procedure, aspect: str) -> Events:
    """The answer in a line, the most needed after it."""
    card = write(procedure, aspect)
    utter(dispatcher, fold(Card(card.lead, card.lines[:_SHORT]))[0])
    report(dispatcher, reading, "answered", aspect, [Hit(procedure.code, 1.0)])
    return Topic.remember(misses=None)
