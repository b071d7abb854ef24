"""Greeting, thanks, help, yes and no, and what is none of our business."""

from __future__ import annotations

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.answer import Events, answer
from actions.reading import Reading, read
from actions.say import Button, button, person_button, report, utter
from actions.words import say
from procedures.search import Decision, Hit, Verdict

_OUTCOMES = {"out_of_scope": "out_of_scope"}
#: Examples that show what may be asked; each is a button that asks it.
_EXAMPLES = {"birth": "1.001193", "residence": "1.004194", "licence": "3.000347"}
_WITH_EXAMPLES = frozenset({"greet", "help"})
_WITH_PERSON = frozenset({"help", "deny", "out_of_scope"})


class ActionSmalltalk(Action):
    """A short word back, and a way on."""

    def name(self) -> str:
        """Rasa's: as in the domain."""
        return "action_smalltalk"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Events:
        """Rasa's: says what belongs to the intent; a greeting that names a procedure is a question."""
        reading = read(tracker)
        if reading.is_question:
            return answer(dispatcher, reading, reading.decide())
        if reading.intent == "affirm" and len(reading.choices) == 1:
            return answer(dispatcher, reading, Decision(Verdict.ONE, (Hit(reading.choices[0], 1.0),)))
        utter(dispatcher, say(f"smalltalk.{reading.intent}"), _buttons(reading))
        report(dispatcher, reading, _OUTCOMES.get(reading.intent, "smalltalk"))
        return [SlotSet("misses")]


def _buttons(reading: Reading) -> list[Button]:
    examples = _EXAMPLES if reading.intent in _WITH_EXAMPLES else {}
    buttons = [button(f"example.{name}", "ask_overview", procedure=code) for name, code in examples.items()]
    return [*buttons, person_button()] if reading.intent in _WITH_PERSON else buttons
