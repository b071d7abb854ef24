"""Life events: somebody tells what happened, and is told what there is to do, in order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.ended import is_current
from actions.guide.trip import in_order
from actions.known import known
from actions.reading import Reading
from actions.say import payload, person_button, report, short, utter
from actions.words import say, spoken
from procedures.catalogue import current_view
from procedures.life_events import LifeEvent, Part, life_events
from procedures.model import Procedure
from procedures.search import Decision, Verdict
from procedures.validity import successors, today


def told(reading: Reading, decision: Decision) -> LifeEvent | None:
    """The life event that a message tells, unless it is more like a procedure's name, or a button was pressed."""
    in_hand = reading.current is not None or bool(reading.choices)
    follows_up = in_hand and reading.aspect not in ("", "overview")
    found = life_events().find(reading.text) if not reading.pressed and not follows_up else None
    if found is None:
        return None
    event, likeness = found
    best = current_view().explain(reading.text, 1) if decision.verdict is Verdict.ONE else []
    return None if best and best[0].features.get("closeness", 1.0) > likeness else event


def tell_event(dispatcher: CollectingDispatcher, reading: Reading, event: LifeEvent) -> list[dict[str, Any]]:
    """The procedures of a life event as a numbered list to choose from."""
    parts = list(_parts(event))
    lines = [_line(number, part, procedure) for number, (part, procedure) in enumerate(parts, 1)]
    opening = [event.opening[spoken()]] if event.opening else []
    lead = say("event.lead", title=event.title[spoken()])
    codes = [procedure.code for _, procedure in parts]
    buttons = [*([in_order("event.guide", codes)] if codes else []), *(_button(procedure) for _, procedure in parts)]
    utter(dispatcher, "\n".join([*opening, lead, *lines, say("event.choose")]), [*buttons, person_button()])
    report(dispatcher, reading, "clarify", "overview", reading.hits)
    return [SlotSet("choices", codes), SlotSet("aspect", "overview"), SlotSet("misses")]


def _parts(event: LifeEvent) -> Iterator[tuple[Part, Procedure]]:
    """Parts that can be done today; what stands in the place of one that has ended."""
    for part in event.parts:
        procedure = known(part.code)
        if procedure is not None:
            current = (procedure,) if is_current(procedure) else successors(known, procedure, today())
            yield from ((part, one) for one in current)


def _line(number: int, part: Part, procedure: Procedure) -> str:
    key = "event.when" if part.when else "choices.bare"
    return say(key, number=number, title=procedure.title, when=part.when.get(spoken(), ""))


def _button(procedure: Procedure) -> dict[str, str]:
    return {"title": short(procedure.title, 60), "payload": payload("choose", procedure=procedure.code)}
