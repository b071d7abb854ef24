"""The geometry of pictures on pages of numbers: plain numbers, which the template draws. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from bot.console.figures import Part

#: A picture is so many units wide and high, whatever a screen makes of them.
WIDE, HIGH = 1000.0, 200.0
#: What a column is made of, from below: its colour, and what of Part is in it.
BANDS: Mapping[str, tuple[str, ...]] = {
    "alone": ("answered", "other"),
    "unsure": ("unsure", "refused"),
    "people": ("handed_over", "staff"),
    "failed": ("failed",),
}
#: More days than this are told by weeks, from Monday.
_MOST_DAYS = 92
_GAP, _NICE = 0.15, (1, 2, 5)


@dataclass(frozen=True)
class Band:
    """A piece of a column."""

    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Columns:
    """Days or weeks from left to right."""

    bands: tuple[Band, ...]
    #: Messages at the upper edge.
    most: int
    first: date
    last: date
    weekly: bool


def columns(days: Mapping[date, Part], first: date, last: date) -> Columns | None:
    """What came of the messages of each day; None where there are none: a picture of nothing is none."""
    weekly = (last - first).days >= _MOST_DAYS
    groups = _groups(days, first, last, weekly)
    heights = [{kind: _sum(parts, names) for kind, names in BANDS.items()} for parts in groups]
    most = nice(max((sum(height.values()) for height in heights), default=0))
    if not most:
        return None
    wide = WIDE / len(groups)
    bands = tuple(band for place, height in enumerate(heights) for band in _stacked(height, place * wide, wide, most))
    return Columns(bands, most, first, last, weekly)


def share(count: float, most: float) -> float:
    """The length of a bar, from 0 to 100; what is there at all can be seen."""
    return 0.0 if count <= 0 or most <= 0 else max(0.5, round(100 * count / most, 1))


def nice(count: int) -> int:
    """The next round number: 1, 2 or 5 with noughts; 0 for nothing."""
    if count <= 0:
        return 0
    power: int = 10 ** (len(str(count)) - 1)
    return next((step * power for step in _NICE if step * power >= count), 10 * power)


def _groups(days: Mapping[date, Part], first: date, last: date, weekly: bool) -> list[list[Part]]:
    every = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    same = groupby(every, key=lambda day: day - timedelta(days=day.weekday()) if weekly else day)
    return [[days[day] for day in some if day in days] for _, some in same]


def _sum(parts: Iterable[Part], names: Sequence[str]) -> int:
    return sum(getattr(part, name) for part in parts for name in names)


def _stacked(height: Mapping[str, int], left: float, wide: float, most: int) -> Iterable[Band]:
    foot = HIGH
    for kind, count in height.items():
        if count:
            high = HIGH * count / most
            foot -= high
            yield Band(
                kind, round(left + wide * _GAP / 2, 2), round(foot, 2), round(wide * (1 - _GAP), 2), round(high, 2)
            )
