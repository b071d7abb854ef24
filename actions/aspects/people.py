"""Who may file, and by which law."""

from __future__ import annotations

from actions.card import Card
from actions.words import say
from procedures.model import Procedure


def conditions(procedure: Procedure) -> Card:
    """Who may file and what must hold."""
    lines = tuple(say("line", text=text) for text in dict.fromkeys((*procedure.who, *procedure.conditions)))
    if lines:
        return Card(say("conditions.lead", title=procedure.title), lines)
    who = ", ".join(procedure.audience)
    key = "conditions.who" if who else "conditions.unknown"
    return Card(say(key, title=procedure.title, who=who))


def legal(procedure: Procedure) -> Card:
    """Numbers of the legal documents."""
    if not procedure.legal:
        return Card(say("legal.unknown", title=procedure.title))
    return Card(say("legal.lead", title=procedure.title), tuple(say("line", text=number) for number in procedure.legal))
