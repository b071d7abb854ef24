"""Choices: several procedures that may be meant, each with what tells it from the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.reading import Reading
from actions.say import Button, payload, person_button, report, short, utter
from actions.words import say
from procedures.model import Procedure
from procedures.search.lookalikes import alike, differences

#: Characters of a title in a line, and on a button.
_LINE, _BUTTON = 110, 60


def offer(
    dispatcher: CollectingDispatcher, reading: Reading, offered: Sequence[Procedure], aspect: str, lead: str = ""
) -> list[dict[str, Any]]:
    """A numbered list to choose from, with buttons; `lead` stands above it, else a question which one is meant."""
    lines = [say("choices.bare", number=number, title=text) for number, text in enumerate(_texts(offered), 1)]
    buttons = [
        choice_button(title, procedure.code, aspect) for title, procedure in zip(_titles(offered), offered, strict=True)
    ]
    utter(dispatcher, "\n".join([lead or _which(offered), *lines]), [*buttons, person_button()])
    report(dispatcher, reading, "clarify", aspect, reading.hits)
    codes = [procedure.code for procedure in offered]
    return [SlotSet("choices", codes), SlotSet("aspect", aspect), SlotSet("misses")]


def _which(offered: Sequence[Procedure]) -> str:
    if alike(offered):
        return say("choices.alike", title=short(offered[0].title, _LINE))
    return say("choices.which" if len(offered) > 1 else "choices.this")


def _texts(offered: Sequence[Procedure]) -> list[str]:
    """Titles with what tells them apart; of look-alikes the difference alone, after the title of the first."""
    return differences(offered) if alike(offered) else [_text(procedure) for procedure in offered]


def _text(procedure: Procedure) -> str:
    title = short(procedure.title, _LINE)
    differs = procedure.differs[:1].lower() + procedure.differs[1:]
    return say("choices.told", title=title, differs=differs) if differs else title


def _titles(offered: Sequence[Procedure]) -> list[str]:
    return differences(offered) if alike(offered) else [procedure.title for procedure in offered]


def choice_button(title: str, code: str, aspect: str) -> Button:
    """A button that picks a procedure."""
    return {"title": short(title, _BUTTON), "payload": payload("choose", procedure=code, aspect=aspect)}
