"""Plain words against the national record: every place where the two disagree."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process

from procedures.importers import phrases
from procedures.importers.portal_fees import figures
from procedures.importers.text import same
from procedures.model import Channel, Matter, Procedure, TimeUnit, Way
from procedures.typed.fold import fold

#: What stands for "says nothing" where two tellings are compared.
NONE = "none"
#: A title less alike than this (0 to 100) is another matter.
_ALIKE = 70
_UNITS = {word: unit for unit, word in phrases.UNIT_WORDS.items()}


@dataclass(frozen=True)
class Disagreement:
    """One thing that a seed and the record tell differently."""

    code: str
    #: A value of Matter, or "departure" for an explanation that explains nothing any more.
    what: str
    seed: str
    record: str
    why: str
    #: Why the seed departs from the record on purpose; empty where nobody has said so.
    explained: str = ""


def check_seeds(seeds: Iterable[Procedure], records: Mapping[str, Procedure]) -> list[Disagreement]:
    """Disagreements of all seeds with the records (by code), in the order of the seeds."""
    return [found for seed in seeds for found in disagreements(seed, records.get(seed.code), records)]


def disagreements(
    seed: Procedure, record: Procedure | None, records: Mapping[str, Procedure] | None = None
) -> list[Disagreement]:
    """Where one seed disagrees with its record (None: the code is gone), explained ones and stale explanations too.

    `records` are all records by code: among them a successor is looked for.
    """
    if record is None:
        found = [] if _ended(seed) else [_gone(seed, records or {})]
    else:
        found = [*_replaced(seed, record), *_differing(seed, record)]
    explained = [_explain(seed, one) for one in found]
    return [*explained, *_stale(seed, found)]


def _ended(procedure: Procedure) -> bool:
    return bool(procedure.valid_until or procedure.replaced_by)


def _gone(seed: Procedure, records: Mapping[str, Procedure]) -> Disagreement:
    titles = {code: fold(record.title) for code, record in records.items()}
    nearest = process.extractOne(fold(seed.title), titles, scorer=fuzz.token_sort_ratio, score_cutoff=_ALIKE)
    why = "the code is not among the records"
    if nearest:
        why += f'; the nearest title is {nearest[2]} "{records[nearest[2]].title}"'
    return Disagreement(seed.code, Matter.CODE.value, seed.code, NONE, why)


def _replaced(seed: Procedure, record: Procedure) -> Iterator[Disagreement]:
    """A record that has an end, or a successor, which the seed does not tell."""
    told = (record.valid_until, record.replaced_by)
    if _ended(record) and told != (seed.valid_until, seed.replaced_by):
        until = f"until {record.valid_until}" if record.valid_until else ""
        by = f"replaced by {', '.join(record.replaced_by)}" if record.replaced_by else ""
        ending = ", ".join(filter(None, (until, by)))
        yield Disagreement(seed.code, Matter.CODE.value, seed.code, ending, f"the record has ended: {ending}")


def _differing(seed: Procedure, record: Procedure) -> Iterator[Disagreement]:
    for what, value in _VALUES.items():
        ours, theirs = value(seed, record), value(record, seed)
        if ours != theirs:
            why = f"the seed tells {what.value} {ours}, the record {theirs}"
            yield Disagreement(seed.code, what.value, ours, theirs, why)


def _decision(one: Procedure, _other: Procedure) -> str:
    return one.decision or NONE


def _channels(one: Procedure, _other: Procedure) -> str:
    return ", ".join(sorted({way.channel.value for way in one.ways})) or NONE


def _papers(one: Procedure, _other: Procedure) -> str:
    return str(len({same(paper.name) for case in one.cases for paper in case.papers}))


def _fees(one: Procedure, other: Procedure) -> str:
    return _by_channel(one, other, _fee_figures)


def _times(one: Procedure, other: Procedure) -> str:
    return _by_channel(one, other, _time_figures)


_VALUES: Mapping[Matter, Callable[[Procedure, Procedure], str]] = {
    Matter.DECISION: _decision,
    Matter.CHANNELS: _channels,
    Matter.FEES: _fees,
    Matter.TIME: _times,
    Matter.PAPERS: _papers,
}


def _by_channel(one: Procedure, other: Procedure, figures: Callable[[Way], set[str]]) -> str:
    """Figures of the channels that both tell and tell differently: "online, post: 8000; counter: none".

    A channel that only one of them has is a disagreement of its own.
    """
    found: dict[str, list[str]] = {}
    for channel in Channel:
        ways, others = _of(one, channel), _of(other, channel)
        if ways and others:
            ours, theirs = _joined(ways, figures), _joined(others, figures)
            if ours != theirs:
                found.setdefault(ours, []).append(channel.value)
    return "; ".join(f"{', '.join(channels)}: {told}" for told, channels in found.items())


def _of(procedure: Procedure, channel: Channel) -> list[Way]:
    return [way for way in procedure.ways if way.channel is channel]


def _joined(ways: Iterable[Way], figures: Callable[[Way], set[str]]) -> str:
    found = set().union(*(figures(way) for way in ways))
    return ", ".join(sorted(found, key=lambda figure: (float(figure.split()[0]), figure))) or NONE


def _fee_figures(way: Way) -> set[str]:
    """đồng. An amount of 0 is often "set by the province", so it is no figure."""
    amounts = {float(fee.amount) for fee in way.fees if fee.amount}
    return {f"{amount:.0f}" for amount in amounts.union(*(figures(fee.text) for fee in way.fees)) if amount}


def _time_figures(way: Way) -> set[str]:
    if way.time_amount is not None and way.time_unit is not None:
        return {_time(way.time_amount, way.time_unit)}
    return {_time_of(match) for match in phrases.TIME.finditer(way.time)}


def _time_of(match: re.Match[str]) -> str:
    return _time(float(match["amount"].replace(",", ".")), _UNITS[match["unit"].casefold()])


def _time(amount: float, unit: TimeUnit) -> str:
    return f"{amount:g} {unit.value}"


def _explain(seed: Procedure, found: Disagreement) -> Disagreement:
    reasons = (one.why for one in seed.departures if (one.what.value, one.record) == (found.what, found.record))
    return replace(found, explained=next(reasons, ""))


def _stale(seed: Procedure, found: Iterable[Disagreement]) -> Iterator[Disagreement]:
    """Explanations of what the record does not say, or no longer."""
    there = {(one.what, one.record) for one in found}
    for one in seed.departures:
        if (one.what.value, one.record) not in there:
            why = f"stale departure: {one.what.value} no longer differs with the record at {one.record}"
            yield Disagreement(seed.code, "departure", f"{one.what.value}: {one.record}", NONE, why)
