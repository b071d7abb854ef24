"""Two reports side by side: figures with their difference, and the examples that flipped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import WrongUse
from bot.evaluation.judge import FAULTS

Report = dict[str, Any]


@dataclass(frozen=True)
class Difference:
    """One figure of both; None where a report lacks it."""

    measure: str
    group: str
    before: float | None
    now: float | None
    #: How many messages it was measured on.
    count_before: int
    count_now: int

    @property
    def points(self) -> float | None:
        """By how much it rose, in points of 100."""
        return None if self.before is None or self.now is None else 100 * (self.now - self.before)


@dataclass(frozen=True)
class Flip:
    """One example that one measure judges otherwise than before."""

    measure: str
    id: str
    text: str
    better: bool
    before: str
    now: str


def load(path: Path) -> Report:
    """A report written with --json. Raises WrongUse."""
    try:
        report: Report = json.loads(path.read_text("utf-8"))
        _figures(report), _examples(report)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise WrongUse(f"{path}: not a report written with --json: {error!r}.") from None
    return report


def differences(before: Report, now: Report) -> list[Difference]:
    """Every figure that either report has."""
    old, new = _figures(before), _figures(now)
    nothing: tuple[float | None, int] = (None, 0)
    return [_difference(key, old.get(key, nothing), new.get(key, nothing)) for key in {**new, **old}]


def _difference(key: tuple[str, str], old: tuple[float | None, int], new: tuple[float | None, int]) -> Difference:
    return Difference(*key, old[0], new[0], old[1], new[1])


def flips(before: Report, now: Report) -> list[Flip]:
    """Examples of both reports that are judged otherwise now; those that got worse first."""
    old = _examples(before)
    found = [flip for key, one in _examples(now).items() if key in old for flip in _flips(old[key], one)]
    return sorted(found, key=lambda flip: flip.better)


def _flips(old: Report, new: Report) -> Iterator[Flip]:
    for measure, holds in new["holds"].items():
        if old["holds"].get(measure, holds) != holds:
            better = holds != (measure in FAULTS)
            yield Flip(measure, new["id"], new["text"], better, old["got"], new["got"])


def _figures(report: Report) -> dict[tuple[str, str], tuple[float | None, int]]:
    return {(one["measure"], one["group"]): (one["share"], one["count"]) for one in report["figures"]}


def _examples(report: Report) -> dict[tuple[str, str], Report]:
    return {(one["file"], one["id"]): one for one in [*report["lines"], *report["dialogues"]] if one["holds"]}
