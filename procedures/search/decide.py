"""From a ranking to one answer, a choice, or an honest "not sure"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from procedures.search.index import Hit
from procedures.search.thresholds import thresholds

MOST = 4


class Verdict(str, Enum):
    """What a ranking allows to say."""

    ONE = "one"
    CHOICES = "choices"
    NONE = "none"


@dataclass(frozen=True)
class Decision:
    """A verdict with the procedures it rests on, best first."""

    verdict: Verdict
    hits: tuple[Hit, ...] = ()


def decide(hits: Sequence[Hit]) -> Decision:
    """The best one if it is sure, else up to four choices, else none."""
    at = thresholds()
    if not hits or hits[0].score < at.offer:
        return Decision(Verdict.NONE)
    best = hits[0]
    if best.sure:
        return Decision(Verdict.ONE, (best,))
    return Decision(Verdict.CHOICES, tuple(hit for hit in hits if hit.score >= best.score * at.near)[:MOST])
