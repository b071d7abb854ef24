"""Greeting, thanks, help, yes and no, and what is none of our business."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions.answer import answer, miss
from actions.person import hand_over
from actions.reading import Reading
from actions.say import Button, button, person_button, report, utter
from actions.topic import Events, Topic
from actions.words import say
from procedures.search import Decision, Hit, Verdict

_OUTCOMES = {"out_of_scope": "out_of_scope", "too_vague": "clarify"}
#: Examples that show what may be asked; each is a button that asks it.
_EXAMPLES = {"birth": "1.001193", "residence": "1.004194", "licence": "3.000347"}
_WITH_EXAMPLES = frozenset({"greet", "help", "ask_bot", "too_vague"})
_WITH_PERSON = frozenset({"help", "deny", "out_of_scope", "abuse", "too_vague"})
#: Misses in a row after which the bot has offered a person.
_OFFERED_PERSON = 2
#: What a conversation forgets when it starts over; the place somebody lives in and the language stay.
_FORGOTTEN = ("procedure", "aspect", "page", "choices", "misses", "history", "asked")


class ActionSmalltalk(Topic):
    """A short word back, and a way on."""

    rasa_name = "action_smalltalk"

    def respond(self, dispatcher: CollectingDispatcher, reading: Reading) -> Events:
        """Says what belongs to the intent; a greeting that asks something is a question."""
        if reading.is_question or (reading.intent == "greet" and reading.names_a_procedure):
            return answer(dispatcher, reading, reading.decide())
        if reading.intent == "affirm":
            return _affirmed(dispatcher, reading)
        if reading.intent == "too_vague" and not reading.believed:
            return miss(dispatcher, reading)
        return _word(dispatcher, reading)


def _affirmed(dispatcher: CollectingDispatcher, reading: Reading) -> Events:
    """A yes to what was offered last: a person, or the only choice."""
    if reading.misses >= _OFFERED_PERSON:
        return hand_over(dispatcher, reading, "asked")
    if len(reading.choices) == 1:
        return answer(dispatcher, reading, Decision(Verdict.ONE, (Hit(reading.choices[0], 1.0),)), reading.last_aspect)
    return _word(dispatcher, reading)


def _word(dispatcher: CollectingDispatcher, reading: Reading) -> Events:
    utter(dispatcher, say(f"smalltalk.{reading.intent}"), _buttons(reading))
    report(dispatcher, reading, _OUTCOMES.get(reading.intent, "smalltalk"))
    forgotten = _FORGOTTEN if reading.intent == "start_over" else ("misses",)
    return Topic.remember(**dict.fromkeys(forgotten))


def _buttons(reading: Reading) -> list[Button]:
    examples = _EXAMPLES if reading.intent in _WITH_EXAMPLES else {}
    buttons = [button(f"example.{name}", "ask_overview", procedure=code) for name, code in examples.items()]
    return [*buttons, person_button()] if reading.intent in _WITH_PERSON else buttons
