"""From a ranking to one answer, a choice, or an honest "not sure"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from procedures.search.index import Hit

#: Set on tests/questions/open.jsonl (tests/benchmarks/hits.py prints it); a wrong answer costs a trip, a choice a tap.
ANSWER = 0.58
MARGIN = 0.07
OFFER = 0.42
#: A choice is shown while it scores at least this share of the best one.
NEAR = 0.8
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
    """One above threshold and margin if it is sure, else up to four choices, else none."""
    if not hits or hits[0].score < OFFER:
        return Decision(Verdict.NONE)
    best = hits[0]
    near = tuple(hit for hit in hits if hit.score >= best.score * NEAR)[:MOST]
    alone = len(near) == 1 or best.score - near[1].score >= MARGIN
    if alone and best.sure and best.score >= ANSWER:
        return Decision(Verdict.ONE, (best,))
    return Decision(Verdict.CHOICES, near)
