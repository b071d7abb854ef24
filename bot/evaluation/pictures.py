"""The geometry of the pictures of a report: plain numbers, which the template draws. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.evaluation.figures import AS_TYPED, WITHOUT, Bucket, Figure

#: Pixels: a cell of the matrix, its labels, a bar with its gap, the longest bar, the side of the curve.
CELL, LABEL, BAR, BAR_LONG, SIDE = 22, 150, 24, 300, 260


@dataclass(frozen=True)
class Cell:
    """Messages of class `right` that were taken for `came`; `share`, from 0 to 1, of all of class `right`."""

    x: int
    y: int
    right: str
    came: str
    count: int
    share: float

    @property
    def good(self) -> bool:
        """Whether this is the diagonal."""
        return self.right == self.came


@dataclass(frozen=True)
class Matrix:
    """Rows are right classes, columns those that came."""

    classes: tuple[str, ...]
    cells: tuple[Cell, ...]
    size: int


@dataclass(frozen=True)
class Bar:
    """One group."""

    y: int
    width: float
    group: str
    share: float
    count: int


@dataclass(frozen=True)
class Bars:
    """One measure, by language and style."""

    measure: str
    bars: tuple[Bar, ...]
    height: int


@dataclass(frozen=True)
class Point:
    """One bucket of a reliability curve."""

    x: float
    y: float
    radius: float
    bucket: Bucket


def matrix(counts: Mapping[tuple[str, str], int]) -> Matrix:
    """The confusion matrix."""
    classes = tuple(sorted({name for pair in counts for name in pair}))
    place = {name: LABEL + number * CELL for number, name in enumerate(classes)}
    totals: Counter[str] = Counter()
    for (right, _), count in counts.items():
        totals[right] += count
    cells = tuple(
        Cell(place[came], place[right], right, came, count, count / totals[right])
        for (right, came), count in sorted(counts.items())
    )
    return Matrix(classes, cells, LABEL + CELL * len(classes))


def bars(figures: Sequence[Figure], measure: str) -> Bars:
    """Languages with styles of one measure."""
    found = [f for f in figures if f.measure == measure and is_style(f.group)]
    drawn = tuple(Bar(BAR * n, BAR_LONG * f.share, f.group, f.share, f.count) for n, f in enumerate(found))
    return Bars(measure, drawn, BAR * len(found))


def is_style(group: str) -> bool:
    """Whether a group is a language with a style, such as "vi stripped"."""
    return " " in group and group not in (AS_TYPED, WITHOUT)


def curve(buckets: Sequence[Bucket]) -> list[Point]:
    """Confidence to the right, share of right ones upwards; a bigger dot stands for more messages."""
    most = max((bucket.count for bucket in buckets), default=1)
    return [_point(bucket, most) for bucket in buckets]


def _point(bucket: Bucket, most: int) -> Point:
    radius = 3 + 7 * (bucket.count / most) ** 0.5
    return Point(SIDE * bucket.confidence, SIDE * (1 - bucket.right), radius, bucket)
