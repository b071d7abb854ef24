"""What a new model does otherwise than the one that answers: figures, pictures, examples. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.evaluation import compare, pictures
from bot.evaluation.compare import Difference
from bot.evaluation.figures import Bucket
from bot.evaluation.judge import FAULTS, MEASURES
from bot.evaluation.pairs import Pairs, pairs
from bot.evaluation.pictures import Matrix, Point, is_style, matrix

#: Measures that are drawn; those that nobody may lower without saying why.
DRAWN = ("procedure", "aspect", "outcome", "class", "language")
GUARDED = ("emergency", "numbers")
#: Examples that are shown.
MOST = 200
_KINDS = ("lines", "dialogues")

Report = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """One message that is judged otherwise now, by one measure or several."""

    text: str
    better: bool
    measures: tuple[str, ...]
    #: What came: outcome, intent, aspect, code; of a dialogue what went wrong, as "told".
    before: Mapping[str, str]
    now: Mapping[str, str]


@dataclass(frozen=True)
class Side:
    """Pictures of one report."""

    matrix: Matrix
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Comparison:
    """Two models side by side; `same` where it is one."""

    before: str
    now: str
    same: bool
    differences: tuple[Difference, ...]
    pairs: tuple[Pairs, ...]
    changes: tuple[Change, ...]
    sides: tuple[Side, Side]

    @property
    def main(self) -> tuple[Difference, ...]:
        """Of everything."""
        return tuple(one for one in self.differences if one.group == "all")

    @property
    def rest(self) -> tuple[Difference, ...]:
        """By language and style."""
        return tuple(one for one in self.differences if one.group != "all")

    @property
    def worse(self) -> int:
        """Examples that got worse."""
        return sum(not one.better for one in self.changes)

    @property
    def better(self) -> int:
        """Examples that got better."""
        return sum(one.better for one in self.changes)

    @property
    def careful(self) -> bool:
        """More got worse than better, or emergencies are seen less often: whoever activates it has to say why."""
        guarded = [one for one in self.main if one.measure in GUARDED and (one.points or 0) < 0]
        return bool(guarded) or self.worse > self.better


def judged(one: Difference) -> int:
    """1 where it got better, -1 where worse, 0 where neither."""
    points = round(one.points or 0, 1)
    rise = (points > 0) - (points < 0)
    return -rise if one.measure in FAULTS else rise


@lru_cache(maxsize=4)
def comparison(before: str, after: str) -> Comparison | None:
    """Of the reports that a run has kept; None where nothing was measured."""
    if not before or not after:
        return None
    old, new = json.loads(before), json.loads(after)
    if not new["figures"]:
        return None
    found = _ordered(compare.differences(old, new))
    same = old["model"] == new["model"]
    drawn = tuple(one for one in (pairs(found, measure) for measure in DRAWN) if one.pairs)
    return Comparison(old["model"], new["model"], same, found, drawn, changes(old, new), (_side(old), _side(new)))


def _ordered(found: Sequence[Difference]) -> tuple[Difference, ...]:
    order = list(MEASURES)
    key = {"all": 0}
    return tuple(
        sorted(found, key=lambda one: (order.index(one.measure), key.get(one.group, 1), is_style(one.group), one.group))
    )


def changes(old: Report, new: Report) -> tuple[Change, ...]:
    """Each message once for what got worse in it and once for what got better; worse ones first."""
    past, present = _by_id(old), _by_id(new)
    found: dict[tuple[bool, str, str], list[compare.Flip]] = {}
    for flip in compare.flips(_keyed(old), _keyed(new)):
        found.setdefault((flip.better, flip.id, flip.text), []).append(flip)
    return tuple(
        Change(text, better, tuple(flip.measure for flip in flips), _came(past[id_]), _came(present[id_]))
        for (better, id_, text), flips in found.items()
    )


def _keyed(report: Report) -> dict[str, Any]:
    """Two files may use the same id."""
    told = {kind: [{**one, "id": f"{one['file']}:{one['id']}"} for one in report[kind]] for kind in _KINDS}
    return {**report, **told}


def _by_id(report: Report) -> dict[str, Report]:
    return {f"{one['file']}:{one['id']}": one for kind in _KINDS for one in report[kind]}


def _came(one: Report) -> Mapping[str, str]:
    came: Mapping[str, str] = one["came"] if "came" in one else {"told": one["got"]}
    return came


def _side(report: Report) -> Side:
    counts = {(right, came): count for right, came, count in report["confusion"]}
    return Side(matrix(counts), tuple(pictures.curve([Bucket(*one) for one in report["reliability"]])))
