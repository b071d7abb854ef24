"""One aspect of a procedure as a card, a file for each group of aspects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from actions.aspects import local, office, papers, people, process, source, ways
from actions.card import Card
from procedures.model import Procedure
from procedures.places import Found

#: Nothing is known of where somebody lives.
NOWHERE = Found()
_WRITERS: dict[str, Callable[[Procedure], Card]] = {
    "documents": papers.documents,
    "form": papers.form,
    "fee": ways.fee,
    "time": ways.time,
    "online": ways.online,
    "how": process.how,
    "result": process.result,
    "overview": process.overview,
    "conditions": people.conditions,
    "legal": people.legal,
}

ASPECTS = frozenset(_WRITERS) | {"where"}


def write(procedure: Procedure, aspect: str, here: Found = NOWHERE) -> Card:
    """The card of this aspect; of the overview if there is no such aspect. `here` is where the citizen lives."""
    writer = _WRITERS.get(aspect, process.overview)
    card = office.where(procedure, here) if aspect == "where" else writer(procedure)
    lines = (*local.lines(procedure, aspect, here), *card.lines)
    return replace(card, lines=lines, source=source.line(procedure))
