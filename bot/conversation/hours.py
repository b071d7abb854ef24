"""Working time: the week of an office, and the days on which no office keeps its week. Pure.

Vietnam's time is UTC+7 all year. Moments that come in are aware, those that go out are UTC. A period holds its first
moment and not its last: at the minute of closing an office is closed. One that closes at 23:59 is open to midnight, for
no time of a day says that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone

#: Opens, closes; the same day, Vietnam's time.
Period = tuple[time, time]

#: Vietnam; a zone of its own, for nothing of ours may be imported here.
HERE = timezone(timedelta(hours=7))
#: How far ahead the next opening is looked for, and the end of working minutes.
FURTHEST_OPENING, FURTHEST_END = timedelta(days=60), timedelta(days=3660)
#: Working minutes that stand for a day where an office has no hours at all.
_DAY = 480
_WEEK, _MONDAY = 7, 0
_DAY_LONG = timedelta(days=1)
_LAST_MINUTE = time(23, 59)


@dataclass(frozen=True)
class Special:
    """A day of its own: a holiday, or one that is worked in exchange."""

    open: bool
    name: str


@dataclass(frozen=True)
class Calendar:
    """When an office is open. Raises ValueError for a week that is none."""

    #: Monday first, seven entries; the periods of a day in order, none empty, none overlapping.
    week: tuple[tuple[Period, ...], ...]
    special: Mapping[date, Special] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.week) != _WEEK:
            raise ValueError(f"a week has seven days, not {len(self.week)}")
        for day in self.week:
            edges = [edge for period in day for edge in period]
            if edges != sorted(set(edges)):
                raise ValueError(f"periods are empty, overlap or run backwards: {edges}")

    def periods(self, day: date) -> tuple[Period, ...]:
        """When it is open on a day. One that is worked in exchange keeps Monday's periods."""
        special = self.special.get(day)
        if special is None:
            return self.week[day.weekday()]
        return self.week[_MONDAY] if special.open else ()

    def is_open(self, at: datetime) -> bool:
        """Whether it is open at a moment. Raises ValueError for a naive one."""
        here = _here(at)
        return any(start <= here < end for start, end in self._on(here.date()))

    def opens_next(self, at: datetime) -> datetime | None:
        """`at` itself while it is open, else the next opening; None where that is more than 60 days away.

        Raises ValueError for a naive moment.
        """
        last = _here(at) + FURTHEST_OPENING
        start = next((start for start, _ in self._from(at, last)), None)
        return start.astimezone(timezone.utc) if start is not None and start <= last else None

    def add(self, at: datetime, minutes: int) -> datetime:
        """The end of so many working minutes from `at`: the first moment at which they are over.

        No minutes end at once, even while it is closed. Nothing ends later than ten years (3,660 days) after `at`. An
        office without any hours has no working minutes: there, each eight hours that are begun count as one day.
        Raises ValueError for a naive moment, or fewer than no minutes.
        """
        start = _here(at)
        if minutes < 0:
            raise ValueError(f"{minutes} minutes cannot be worked")
        end = start if minutes == 0 else self._end(start, minutes)
        return end.astimezone(timezone.utc)

    def minutes(self, start: datetime, end: datetime) -> int:
        """Whole working minutes between two moments; 0 where the end is not later. Raises ValueError for naive ones."""
        last = _here(end)
        worked = sum(
            (min(closes, last) - opens for opens, closes in self._from(start, last) if opens < last), timedelta()
        )
        return worked // timedelta(minutes=1)

    def _end(self, start: datetime, minutes: int) -> datetime:
        last = start + FURTHEST_END
        if not any(self.week):
            # Not timedelta(days=…) of the minutes: a number too large for it is cut off before.
            return start + min(timedelta(days=min(-(-minutes // _DAY), FURTHEST_END.days)), FURTHEST_END)
        left = timedelta(minutes=min(minutes, FURTHEST_END // timedelta(minutes=1)))
        for opens, closes in self._from(start, last):
            if closes - opens >= left:
                return min(opens + left, last)
            left -= closes - opens
        return last

    def _from(self, at: datetime, last: datetime) -> Iterator[tuple[datetime, datetime]]:
        """What is left of each period from a moment on, through the day of `last`, in order."""
        here = _here(at)
        day = here.date()
        while day <= last.date():
            yield from ((max(start, here), end) for start, end in self._on(day) if end > here)
            day += _DAY_LONG

    def _on(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """The periods of a day as moments, in order."""
        for opens, closes in self.periods(day):
            past = timedelta() if closes < _LAST_MINUTE else timedelta(minutes=1)
            yield datetime.combine(day, opens, HERE), datetime.combine(day, closes, HERE) + past


def _here(at: datetime) -> datetime:
    """The moment by the clock on the wall."""
    if at.tzinfo is None:
        raise ValueError("a moment without a zone could be any")
    return at.astimezone(HERE)
