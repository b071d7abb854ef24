"""What it is, how it goes, what comes of it."""

from __future__ import annotations

from actions.aspects.ways import fees, times
from actions.card import Card
from actions.words import say
from procedures.model import Procedure


def overview(procedure: Procedure) -> Card:
    """What it is for, with time, fee and office in a line each."""
    lines = [say("overview.official", name=procedure.official_title)] if _named_otherwise(procedure) else []
    lines += [say("overview.time", text=_first(times(procedure)))] if times(procedure) else []
    lines += [say("overview.fee", text=_first(fees(procedure)))] if fees(procedure) else []
    lines += [say("overview.where", text=procedure.where)] if procedure.where else []
    lead = say("overview.lead", title=procedure.title, summary=procedure.summary)
    return Card(lead.strip(), (*lines, say("overview.ask")))


def how(procedure: Procedure) -> Card:
    """Numbered steps."""
    if not procedure.steps:
        return Card(say("how.unknown", title=procedure.title))
    numbered = tuple(say("step", number=n, text=step) for n, step in enumerate(procedure.steps, 1))
    return Card(say("how.lead", title=procedure.title), numbered)


def result(procedure: Procedure) -> Card:
    """What the citizen gets."""
    if not procedure.results:
        return Card(say("result.unknown", title=procedure.title))
    return Card(say("result.lead", title=procedure.title), tuple(say("line", text=text) for text in procedure.results))


def _named_otherwise(procedure: Procedure) -> bool:
    return bool(procedure.official_title) and procedure.official_title != procedure.title


def _first(texts: tuple[str, ...]) -> str:
    """The first of some texts, and that there are more."""
    return texts[0] + (say("overview.more") if len(texts) > 1 else "")
