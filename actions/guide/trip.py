"""The check before leaving home: what is there, what is missing, who goes, what it costs, where, and the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from actions.aspects import local, write
from actions.aspects.papers import counted
from actions.aspects.ways import fee_texts, time_texts
from actions.guide.ask import Said, press, title
from actions.guide.naming import spoken_name
from actions.known import known
from actions.say import Button, person_button, short
from actions.words import say, spoken
from procedures.guides.state import Guide, mark, spelled
from procedures.guides.walk import Need, holding, lacking, needed
from procedures.model import Channel, Procedure
from procedures.offices import offices
from procedures.openings import opening
from procedures.places import Found

#: Missing papers with a button of their own.
_BUTTONS = 3
#: Lines of who may go, and of each list.
_WHO, _LINES = 3, 12
#: Characters of a paper's name, and of fees and remarks: records are long.
_NAME, _FACTS = 120, 400


def check(procedure: Procedure, guide: Guide, site: str, here: Found) -> list[Said]:
    """Two messages: papers; the rest with the buttons. `procedure` is Vietnamese; `here` where the citizen lives."""
    return [
        Said(_papers(procedure, guide)),
        Said("\n".join(_rest(procedure, guide, site, here)), tuple(_buttons(procedure, guide, site))),
    ]


def _papers(procedure: Procedure, guide: Guide) -> str:
    """What is missing, then what is there; a record that names no papers says nothing of whether all are there."""
    needs, missing = needed(procedure, guide), lacking(procedure, guide)
    key = "missing" if missing else "ready" if needs else "none"
    lines = [say(f"guide.trip.{key}", title=title(procedure, guide), n=len(missing))]
    lines += _listed([say("guide.trip.lacks", name=_name(procedure, need)) for need in missing])
    there = [need for need in needs if need not in missing]
    lines += [say("guide.trip.bring")] if there else []
    lines += _listed([say("guide.trip.has", name=_name(procedure, need), count=counted(need.paper)) for need in there])
    return "\n".join([*lines, *_sum(needs), *_notes(procedure, guide)])


def _listed(lines: list[str]) -> list[str]:
    """The first lines, and how many more there are on the checklist."""
    rest = len(lines) - _LINES
    return [*lines[:_LINES], say("guide.trip.rest", n=rest)] if rest > 0 else lines


def _name(procedure: Procedure, need: Need) -> str:
    return short(spoken_name(procedure, need.paper.name), _NAME)


def _sum(needs: tuple[Need, ...]) -> list[str]:
    """Originals and copies together, where any were counted."""
    counts = {kind: sum(getattr(need.paper, kind) for need in needs) for kind in ("originals", "copies")}
    told = [say(f"paper.{kind}", n=count) for kind, count in counts.items() if count]
    return [say("guide.trip.sum", counts=", ".join(told))] if told else []


def _notes(procedure: Procedure, guide: Guide) -> list[str]:
    """Remarks of the cases that hold."""
    cases = holding(procedure, guide)
    notes = [short(spoken_name(procedure, note), _FACTS) for case in cases for note in case.notes]
    return _listed([say("note", text=note) for note in notes])


def _rest(procedure: Procedure, guide: Guide, site: str, here: Found) -> Iterator[str]:
    who = [spoken_name(procedure, text) for text in procedure.who[:_WHO]]
    yield from [say("guide.trip.who"), *(say("line", text=text) for text in who)] if who else []
    channel = Channel(guide.way) if guide.way else None
    told = known(procedure.code) or procedure
    yield from local.lines(told, "fee", here)
    fees = [spoken_name(procedure, text) for text in fee_texts(procedure, channel)]
    yield say("guide.trip.fee", text=short(" ".join(fees), _FACTS)) if fees else say("guide.trip.fee.unknown")
    yield from _filing(told, channel, here)
    if site:
        yield say("guide.trip.page", link=f"{site}/g/{guide.token}")
    yield say("guide.trip.code", code=spelled(guide.token))


def _filing(told: Procedure, channel: Channel | None, here: Found) -> list[str]:
    """Where and how, by the way that was chosen: the portal, or the office with what is known of it."""
    if channel is Channel.ONLINE:
        return [write(told, "online").lead]
    ways = tuple(way for way in told.ways if channel in (None, way.channel))
    card = write(replace(told, ways=ways), "where", here)
    return [card.lead, *card.lines, *([] if here.one else _openings(told))]


def _openings(told: Procedure) -> list[str]:
    """When offices of the province are open; the others are told of with the place, which nobody knows yet."""
    return list(filter(None, (opening(kind, "", spoken()) for kind in offices(told))))


def _buttons(procedure: Procedure, guide: Guide, site: str) -> Iterator[Button]:
    missing = [need.paper.name for need in lacking(procedure, guide)]
    for name in missing[:_BUTTONS]:
        told = say("guide.trip.got", name=spoken_name(procedure, name))
        yield press(told, "have", guide, value=mark(name))
    if len(missing) > _BUTTONS:
        yield press(say("guide.trip.again"), "reopen", guide)
    yield press(say("guide.sent"), "sent", guide)
    if site:
        yield press(say("guide.picture.button"), "picture", guide)
    yield press(say("guide.remind"), "remind", guide)
    if not guide.tag:
        yield press(say("guide.tag.button"), "other", code=guide.code)
    yield person_button()


def in_order(key: str, codes: Sequence[str]) -> Button:
    """A button that begins the guide of the first of several procedures, the others to follow."""
    first = known(codes[0])
    return press(say(key, title=first.title if first else ""), "start", code=codes[0], then=" ".join(codes[1:]))


def sent(procedure: Procedure, guide: Guide) -> Said:
    """After the dossier was handed in: how long it takes, how to follow it."""
    channel = Channel(guide.way) if guide.way else None
    times = [spoken_name(procedure, text) for text in time_texts(procedure, channel)]
    wait = say("guide.sent.wait", text=times[0]) if times else say("guide.sent.wait.unknown")
    buttons = [press(say("guide.back_to"), "origin", guide)] if guide.origin else []
    buttons += [in_order("guide.next", guide.then)] if guide.then and known(guide.then[0]) else []
    return Said(
        "\n".join([say("guide.sent.noted", title=title(procedure, guide)), wait, say("guide.sent.follow")]),
        (*buttons, press(say("guide.mine"), "list"), person_button()),
    )
