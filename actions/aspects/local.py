"""What the province and the commune add to a procedure, each with who told it and when."""

from __future__ import annotations

from actions.aspects.office import unit
from actions.words import say
from procedures.catalogue import current_view
from procedures.model import Note, Procedure
from procedures.places import Found, places

#: The overview tells these too, so what the province says of them belongs there.
_IN_OVERVIEW = ("overview", "time", "fee", "where")


def lines(procedure: Procedure, aspect: str, here: Found) -> tuple[str, ...]:
    """Notes on this aspect: the province's, then those of the commune somebody lives in."""
    place = here.one.place.code if here.one else ""
    notes = current_view().notes(procedure.code, place)
    wanted = _IN_OVERVIEW if aspect == "overview" else (aspect,)
    return tuple(_line(note) for note in notes if note.about in wanted)


def _line(note: Note) -> str:
    where = places().by_code(note.place)
    who = say("local.place", place=unit(where)) if where else say("local.province")
    source = say("local.source", source=note.source) if note.source else ""
    day = note.noted_at.strftime("%d/%m/%Y") if note.noted_at else ""
    text = say("by_way", way=say(f"channel.{note.channel.value}"), text=note.text) if note.channel else note.text
    return say("local.line", who=who, text=text, source=source, day=day)
