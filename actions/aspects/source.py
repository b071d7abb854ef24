"""The last line of an answer: where it comes from, and how old it is."""

from __future__ import annotations

from actions.known import speaks
from actions.words import say
from procedures.model import Procedure


def line(procedure: Procedure) -> str:
    """Decision, month of the data, page of the portal, as far as they are known."""
    parts = [say("source.decision", number=procedure.decision)] if procedure.decision else []
    if procedure.data_date:
        year, month = procedure.data_date.split("-")[:2]
        parts.append(say("source.date", month=int(month), year=year))
    told = say("source.line", parts=", ".join(parts)) if parts else say("source.unknown")
    official = [] if procedure.plain else [say("source.official")]
    official += [] if speaks(procedure) else [say("source.vietnamese")]
    page = [procedure.url] if procedure.url else []
    return "\n".join(["", told, *official, *page])
