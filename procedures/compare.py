"""Two tellings of one procedure, field by field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

from procedures.model import Case, Procedure, Way

T = TypeVar("T")

#: Fields that hold one text, in reading order, before and after papers and ways.
_HEAD = ("title", "official_title", "decision", "data_date", "url", "field", "caution", "summary", "opening", "differs")
_TAIL = ("where", "valid_from", "valid_until", "changed_by")
_LISTS = (
    *("offices", "who", "conditions", "steps", "results", "returns", "forms", "legal", "related", "replaced_by"),
    *("levels", "audience", "aliases", "asked"),
)


@dataclass(frozen=True)
class Change:
    """One field that two tellings tell differently; no line where a telling lacks it."""

    #: Such as "ways.online.fees" or "cases.papers.Tờ khai".
    path: str
    old: tuple[str, ...]
    new: tuple[str, ...]

    @property
    def field(self) -> str:
        """The field of Procedure it lies in."""
        return field_of(self.path)


def changes(old: Procedure, new: Procedure) -> list[Change]:
    """What differs, in reading order: ways by channel, cases and papers by name. Empty for equal procedures."""
    before, after = told(old), told(new)
    paths = dict.fromkeys((*before, *after))
    found = (Change(path, before.get(path, ()), after.get(path, ())) for path in paths)
    return [change for change in found if change.old != change.new]


def told(procedure: Procedure) -> dict[str, tuple[str, ...]]:
    """Everything a procedure tells, as lines by path; what is empty is left out."""
    found: dict[str, tuple[str, ...]] = {}
    for path, lines in _lines(procedure):
        kept = tuple(line for line in lines if line)
        if kept:
            found[path] = kept
    return found


def field_of(path: str) -> str:
    """The field of Procedure that a path lies in."""
    return path.partition(".")[0].partition("[")[0]


def _lines(procedure: Procedure) -> Iterator[tuple[str, Iterable[str]]]:
    yield from ((name, (getattr(procedure, name),)) for name in _HEAD)
    yield from _cases(procedure.cases)
    yield from _ways(procedure.ways)
    yield from ((name, (getattr(procedure, name),)) for name in _TAIL)
    for name in _LISTS:
        yield name, (getattr(item, "value", item) for item in getattr(procedure, name))
    for said in procedure.translations:
        yield f"translations.{said.language}.aliases", said.aliases
        yield f"translations.{said.language}.texts", (f"{source} → {text}" for source, text in said.texts)
    yield "departures", (f"{one.what.value} {one.record}: {one.why}" for one in procedure.departures)


def _cases(cases: Iterable[Case]) -> Iterator[tuple[str, Iterable[str]]]:
    for place, case in _named((f"cases.{case.name}" if case.name else "cases", case) for case in cases):
        for name, paper in _named((f"{place}.papers.{paper.name}", paper) for paper in case.papers):
            yield name, (f"originals: {paper.originals}, copies: {paper.copies}", paper.note, paper.form)
        yield f"{place}.notes", case.notes


def _ways(ways: Iterable[Way]) -> Iterator[tuple[str, Iterable[str]]]:
    for place, way in _named((f"ways.{way.channel.value}", way) for way in ways):
        figure = f"{way.time_amount:g} {way.time_unit.value}" if way.time_amount and way.time_unit else ""
        yield f"{place}.time", (way.time, figure)
        amounts = ((fee.text, "" if fee.amount is None else f"amount: {fee.amount}") for fee in way.fees)
        yield f"{place}.fees", chain.from_iterable(amounts)
        yield f"{place}.note", (way.note,)
        # A way of nothing but its channel is a fact too.
        yield place, () if way.time or way.fees or way.note else ("open",)


def _named(items: Iterable[tuple[str, T]]) -> Iterator[tuple[str, T]]:
    """The second item of one name is called name[2]."""
    met: Counter[str] = Counter()
    for name, item in items:
        met[name] += 1
        yield (f"{name}[{met[name]}]" if met[name] > 1 else name), item
