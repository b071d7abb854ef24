"""One aspect of a procedure as a card, a file for each group of aspects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from actions.aspects import papers, people, process, source, ways
from actions.card import Card
from procedures.model import Procedure

_WRITERS: dict[str, Callable[[Procedure], Card]] = {
    "documents": papers.documents,
    "form": papers.form,
    "fee": ways.fee,
    "time": ways.time,
    "online": ways.online,
    "where": ways.where,
    "how": process.how,
    "result": process.result,
    "overview": process.overview,
    "conditions": people.conditions,
    "legal": people.legal,
}

ASPECTS = frozenset(_WRITERS)


def write(procedure: Procedure, aspect: str) -> Card:
    """The card of this aspect; of the overview if there is no such aspect."""
    card = _WRITERS.get(aspect, process.overview)(procedure)
    return replace(card, source=source.line(procedure))
