"""Where to file: the ways, the office, and the one of the place somebody lives in."""

from __future__ import annotations

from collections.abc import Iterator

from actions.aspects.ways import names
from actions.card import Card
from actions.words import say, spoken
from procedures.catalogue import current_view
from procedures.model import Channel, OfficeKind, Procedure
from procedures.offices import OF_COMMUNE, offices
from procedures.openings import opening
from procedures.places import Found, Match, OldUnit, Place


def where(procedure: Procedure, found: Found) -> Card:
    """The office by the place, the other ways to file, and what is to be known about each."""
    ways = names(way.channel for way in procedure.ways)
    also = (say("where.ways", ways=ways),) if ways else ()
    here = found.one
    lines = (*_here(procedure, here), *also, *_notes(procedure), *_ask(found))
    return Card(_lead(procedure), lines)


def unit(place: Place | OldUnit) -> str:
    """A place with what it is called before its name."""
    return say(f"unit.{place.kind.value}", name=place.name)


def _lead(procedure: Procedure) -> str:
    if procedure.where:
        return say("where.lead", title=procedure.title, where=procedure.where)
    levels = ", ".join(say(f"level.{level.value}") for level in procedure.levels)
    return say("where.level" if levels else "where.unknown", title=procedure.title, levels=levels)


def _here(procedure: Procedure, match: Match | None) -> Iterator[str]:
    """The offices of the place, with what the province has told of each."""
    if match is None:
        return
    if match.old and match.old.name != match.place.name:
        yield say("where.now", old=unit(match.old), district=match.old.district, place=unit(match.place))
    for kind in offices(procedure):
        yield say("where.here", office=say(f"office.{kind.value}", place=unit(match.place)))
        opens = opening(kind, match.place.code, spoken())
        yield from filter(None, (_facts(kind, match.place, opens), opens))


def _facts(kind: OfficeKind, place: Place, opens: str) -> str:
    """Address, telephone and hours as the province has set them; that they are unknown where it has not.

    What `opens` tells is what the office itself keeps, so the province's hours stand back.
    """
    facts = current_view().office(kind, place.code if kind in OF_COMMUNE else "")
    if facts is None:
        return say("where.address_only" if opens else "where.address")
    known = {"at": facts.address, "telephone": facts.telephone, "hours": "" if opens else facts.hours}
    told = [say(f"where.{key}", text=text) for key, text in known.items() if text]
    day = facts.noted_at.strftime("%d/%m/%Y") if facts.noted_at else ""
    return " ".join([*told, say("where.told", source=facts.source, day=day)]) if told else ""


def _ask(found: Found) -> Iterator[str]:
    """What is still to be known, for a place to be named."""
    if found.elsewhere:
        yield say("where.elsewhere", province=found.elsewhere)
    elif len(found.matches) > 1:
        yield say("where.several")
    elif not found.matches:
        yield say("where.ask")


def _notes(procedure: Procedure) -> Iterator[str]:
    """Remarks on post and counter; those on filing online are told with it."""
    told = [way for way in procedure.ways if way.note and way.channel is not Channel.ONLINE]
    notes = (say("by_way", way=say(f"channel.{way.channel.value}"), text=way.note) for way in told)
    yield from dict.fromkeys(say("line", text=note) for note in notes)
