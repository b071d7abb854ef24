"""The geometry of two reports in one picture: a pair of bars for each group. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.evaluation.compare import Difference
from bot.evaluation.pictures import is_style

#: Pixels: the labels, a pair with its gap, one bar of it, the longest bar, room for the figures.
LABEL, PAIR, BAR, LONG, ROOM = 210, 34, 12, 260, 130
#: Messages of a style below which a bar says more than is known.
_FEW = 20


@dataclass(frozen=True)
class Pair:
    """One group; widths of the earlier bar and the later one."""

    y: int
    before: float
    now: float
    of: Difference


@dataclass(frozen=True)
class Pairs:
    """One measure: of everything, by language, by language and style."""

    measure: str
    pairs: tuple[Pair, ...]

    @property
    def height(self) -> int:
        """Of the picture."""
        return PAIR * len(self.pairs)

    @property
    def width(self) -> int:
        """Of the picture."""
        return LABEL + LONG + ROOM


def pairs(found: Sequence[Difference], measure: str) -> Pairs:
    """All groups of a measure, the whole first; styles of few messages are left to the table."""
    mine = [one for one in found if one.measure == measure and (not is_style(one.group) or one.count_now >= _FEW)]
    drawn = [Pair(PAIR * n, LONG * (one.before or 0), LONG * (one.now or 0), one) for n, one in enumerate(mine)]
    return Pairs(measure, tuple(drawn))
