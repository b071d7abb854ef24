"""Working minutes between many pairs of moments at once: what a calendar tells for one pair, for thousands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np

from bot.conversation.hours import HERE, Calendar

#: Minutes since 1970, UTC; NaN for a moment that never was.
Moments = np.ndarray[Any, np.dtype[np.float64]]
_DAY = timedelta(days=1)
#: Decimals of a minute: a millisecond is seen, and what is lost by counting from 1970 is not.
_PRECISE = 5


def minute_of(at: datetime) -> float:
    """A moment as minutes since 1970, UTC."""
    return at.timestamp() / 60


class Worked:
    """The working minutes of a calendar between two days, both included."""

    def __init__(self, calendar: Calendar, first: date, last: date) -> None:
        edges, total = [minute_of(_at(first, time.min))], [0.0]
        for opens, closes in _periods(calendar, first, last):
            edges += [opens, closes]
            total += [total[-1], total[-1] + closes - opens]
        self._edges, self._total = np.array(edges), np.array(total)

    def between(self, start: Moments, end: Moments) -> Moments:
        """Working minutes from each start to its end; 0 where the end is earlier, NaN where there is none.

        Moments outside of the days count as the nearest moment inside.
        """
        worked: Moments = np.interp(end, self._edges, self._total) - np.interp(start, self._edges, self._total)
        # The 60th minute since 1970 comes out as 60.000000004, and a promise of 60 would be broken.
        whole = np.round(np.maximum(worked, 0.0), _PRECISE)
        told: Moments = np.where(np.isnan(start) | np.isnan(end), np.nan, whole)
        return told


def _periods(calendar: Calendar, first: date, last: date) -> list[tuple[float, float]]:
    days = [first + number * _DAY for number in range((last - first).days + 1)]
    return [
        (minute_of(_at(day, opens)), minute_of(_at(day, closes)))
        for day in days
        for opens, closes in calendar.periods(day)
    ]


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, HERE)


def ranked(minutes: Moments, shares: Sequence[float]) -> tuple[int | None, ...]:
    """For each share (0 to 1) the minutes within which at least so many of them lie; None where there are none."""
    told = np.sort(minutes[~np.isnan(minutes)])
    if not told.size:
        return (None,) * len(shares)
    # The share of a count may come out as 8.999…: nine.
    return tuple(int(told[max(0, int(np.ceil(share * told.size - 1e-9)) - 1)]) for share in shares)
