"""The way through a guide: which stage comes next, and what a decision changes. No move leads in a circle."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from procedures.guides.state import HAVE, Guide, Stage
from procedures.model import Case, Channel, Paper, Procedure


@dataclass(frozen=True)
class Need:
    """A paper that is needed, and the case it is needed for; empty for everybody's."""

    paper: Paper
    case: str = ""


def branches(procedure: Procedure) -> tuple[Case, ...]:
    """Cases that somebody may be in or not. A single case, named or not, is everybody's."""
    return tuple(case for case in procedure.cases if case.name) if len(procedure.cases) > 1 else ()


def either(procedure: Procedure) -> bool:
    """Exactly one of the cases holds: there is none that is everybody's."""
    return bool(branches(procedure)) and all(case.name for case in procedure.cases)


def channels(procedure: Procedure) -> tuple[Channel, ...]:
    """Ways to file, from home first."""
    known = {way.channel for way in procedure.ways}
    return tuple(channel for channel in Channel if channel in known)


def needed(procedure: Procedure, guide: Guide) -> tuple[Need, ...]:
    """Papers for everybody and for the cases that were chosen, each once, but what a case does without."""
    named, chosen = branches(procedure), holding(procedure, guide)
    spared = {name for case in chosen for name in case.without}
    found = {paper.name: Need(paper, case.name if case in named else "") for case in chosen for paper in case.papers}
    return tuple(need for name, need in found.items() if name not in spared)


def holding(procedure: Procedure, guide: Guide) -> tuple[Case, ...]:
    """Everybody's case, and those that were chosen."""
    named = branches(procedure)
    return tuple(case for case in procedure.cases if case not in named or case.name in guide.cases)


def settle(procedure: Procedure, guide: Guide) -> Guide:
    """The guide at the first stage from its own on that has something to ask."""
    if guide.stage is Stage.CASES and _decided(procedure, guide):
        guide = replace(guide, stage=Stage.WAY)
    if guide.stage is Stage.WAY and (guide.way or len(channels(procedure)) < 2):
        only = channels(procedure)[0].value if channels(procedure) else ""
        guide = replace(guide, stage=Stage.PAPERS, way=guide.way or only)
    if guide.stage is Stage.PAPERS and asked(procedure, guide) is None:
        guide = replace(guide, stage=Stage.TRIP)
    return replace(guide, shown=tuple(need.paper.name for need in needed(procedure, guide)))


def asked(procedure: Procedure, guide: Guide) -> Need | None:
    """The paper that is asked about next."""
    return next((need for need in needed(procedure, guide) if need.paper.name not in guide.ticks), None)


def _decided(procedure: Procedure, guide: Guide) -> bool:
    named = [case.name for case in branches(procedure)]
    chosen = [name for name in guide.cases if name in named]
    return bool(chosen and either(procedure)) or set(named) <= {*guide.cases, *guide.refused}


def name_for(guide: Guide, tag: str) -> Guide:
    """For somebody else, under a name tag."""
    return replace(guide, tag=tag, stage=Stage.CASES)


def decide_case(procedure: Procedure, guide: Guide, case: str) -> Guide:
    """A case that fits; of several that exclude each other, instead of another."""
    kept = () if either(procedure) else tuple(name for name in guide.cases if name != case)
    refused = tuple(name for name in guide.refused if name != case)
    return settle(procedure, replace(guide, cases=(*kept, case), refused=refused))


def no_case(procedure: Procedure, guide: Guide) -> Guide:
    """None of the cases, or no further one."""
    rest = tuple(case.name for case in branches(procedure) if case.name not in guide.cases)
    return settle(procedure, replace(guide, refused=rest))


def file_by(procedure: Procedure, guide: Guide, channel: Channel) -> Guide:
    """The way to file."""
    return settle(procedure, replace(guide, way=channel.value))


def tick(procedure: Procedure, guide: Guide, papers: Iterable[str], what: str) -> Guide:
    """HAVE, MISSING or LATER for papers, at whatever stage; names that are not needed change nothing."""
    names = {need.paper.name for need in needed(procedure, guide)}
    told = {name: what for name in papers if name in names}
    return settle(procedure, replace(guide, ticks={**guide.ticks, **told}))


def send_in(guide: Guide) -> Guide:
    """The dossier was handed in."""
    return replace(guide, stage=Stage.SENT)


def back(procedure: Procedure, guide: Guide) -> Guide:
    """One question back: what was said to it is forgotten."""
    ticked = [need.paper.name for need in needed(procedure, guide) if need.paper.name in guide.ticks]
    if guide.stage is Stage.SENT:
        return settle(procedure, replace(guide, stage=Stage.PAPERS))
    if guide.stage in (Stage.PAPERS, Stage.TRIP) and ticked:
        ticks = {name: what for name, what in guide.ticks.items() if name != ticked[-1]}
        return settle(procedure, replace(guide, ticks=ticks, stage=Stage.PAPERS))
    if guide.stage in (Stage.PAPERS, Stage.TRIP) and len(channels(procedure)) > 1:
        return settle(procedure, replace(guide, way="", stage=Stage.WAY))
    return settle(procedure, replace(guide, cases=(), refused=(), stage=Stage.CASES))


def reopen(procedure: Procedure, guide: Guide) -> Guide:
    """Papers that were put off or missing are asked about again."""
    ticks = {name: what for name, what in guide.ticks.items() if what == HAVE}
    return settle(procedure, replace(guide, ticks=ticks, stage=Stage.PAPERS))


def changed(procedure: Procedure, guide: Guide) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Papers that the catalogue needs now and did not when the guide was last shown, and the other way round.

    Cases that are no longer there are as if never chosen.
    """
    now = [need.paper.name for need in needed(procedure, guide)]
    came = tuple(name for name in now if name not in guide.shown)
    gone = tuple(name for name in guide.shown if name not in now)
    return (came, gone) if guide.shown else ((), ())


def lacking(procedure: Procedure, guide: Guide) -> tuple[Need, ...]:
    """Papers that are missing, were put off, or were never asked about."""
    return tuple(need for need in needed(procedure, guide) if guide.ticks.get(need.paper.name) != HAVE)
