"""Numbers for the lead: what waits now, and what came of the cases of some days. Minutes are those of the office."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

import numpy as np
from sqlalchemy import and_, select
from sqlalchemy.engine import Connection

from bot.conversation.hours import HERE
from bot.handover.kinds import Ending, Status
from bot.handover.offices import Office
from bot.handover.spans import Moments, Worked, minute_of, ranked
from bot.post.clock import now
from bot.store.desk_tables import handover
from bot.store.tables import conversation
from procedures.validity import utc

#: Days that are looked at unless somebody asks for others, and at most.
USUAL_DAYS, MOST_DAYS = 30, 366
_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
_BEGUN = datetime(1970, 1, 1, tzinfo=timezone.utc)
#: Minutes of a day, and those by which Vietnam's clock is ahead.
_MINUTES, _AHEAD = 1440, 420
#: Endings after which nobody waits for a word any more, though nobody said one.
_NEEDS_NONE = (Ending.CANCELLED.value, Ending.SPAM.value)
_MEDIAN, _NINETIETH = 0.5, 0.9


@dataclass(frozen=True)
class Now:
    """An office at this moment."""

    waiting: int
    #: Working minutes that the citizen who has waited longest has waited; None where nobody waits.
    longest: int | None
    with_staff: int
    #: Open cases whose promise is broken.
    overdue: int


@dataclass(frozen=True)
class Row:
    """Cases that were opened by one office, on one day, or both. Minutes are working minutes; None: there are none."""

    opened: int
    #: Those that have been answered or should have been, and those of them that were in time.
    due: int
    kept: int
    #: From the opening to a person's first reply.
    first_median: int | None
    first_ninetieth: int | None
    #: From the opening to the end.
    closed: int
    closing_median: int | None
    closing_ninetieth: int | None

    @property
    def share(self) -> int | None:
        """Per cent in time; None where nothing was due. Never 100 unless all were."""
        return None if not self.due else 100 * self.kept // self.due


@dataclass(frozen=True)
class Ratings:
    """What citizens gave."""

    count: int
    #: 1 to 5, one decimal; None where nobody gave any.
    mean: float | None
    #: How often one star was given, two, … five.
    stars: tuple[int, ...]


@dataclass(frozen=True)
class Numbers:
    """The cases that were opened in a period. Counts by name, the most frequent first."""

    total: Row
    offices: Mapping[int, Row]
    days: Mapping[date, Row]
    #: By office and day: those on which something was opened.
    cells: Mapping[tuple[int, date], Row]
    outcomes: Mapping[str, int]
    reasons: Mapping[str, int]
    languages: Mapping[str, int]
    channels: Mapping[str, int]
    ratings: Ratings
    #: By day: how many of its cases were rated, and their stars together; days without any are left out.
    stars: Mapping[date, tuple[int, int]]


def now_of(connection: Connection, offices: Sequence[Office], at: datetime | None = None) -> dict[int, Now]:
    """Each office as it is; conversations that staff found to be noise are left out."""
    moment = at or now()
    columns = (handover.c.office_id, handover.c.status, handover.c.waits_since, handover.c.due_at)
    still = and_(handover.c.status != Status.CLOSED.value, handover.c.office_id.in_([one.id for one in offices]))
    joined = select(*columns).join(conversation, conversation.c.id == handover.c.conversation_id)
    rows = connection.execute(joined.where(still, conversation.c.spam_at.is_(None))).all()
    return {one.id: _now(one, [row for row in rows if row.office_id == one.id], moment) for one in offices}


def numbers(
    connection: Connection, offices: Sequence[Office], first: date, last: date, at: datetime | None = None
) -> Numbers:
    """What came of the cases that were opened from the first day through the last (Vietnam's), by these offices.

    A case belongs to the office that has it now. It is in time where a person's first reply, or without one its end,
    came within the office's promise of today; one that nobody answered is late as soon as the promise is over. Cases
    that the citizen cancelled, or that were noise, without a reply are due no answer.
    """
    rows = connection.execute(_opened(offices, first, last)).all()
    cases = _Cases(rows, offices, first, at or now())
    ratings = Counter(row.rating for row in rows if row.rating)
    return Numbers(
        total=cases.row(np.arange(len(rows))),
        offices={int(key): cases.row(which) for key, which in _groups(cases.offices)},
        days={date.fromordinal(int(key)): cases.row(which) for key, which in _groups(cases.days)},
        cells={cases.cell(which): cases.row(which) for _, which in _groups(cases.offices * 10**7 + cases.days)},
        outcomes=_counted(row.outcome for row in rows if row.outcome),
        reasons=_counted(reason for row in rows for reason in row.reason.split(", ")),
        languages=_counted(row.language for row in rows),
        channels=_counted(row.channel for row in rows),
        ratings=_ratings(ratings),
        stars=cases.stars([row.rating or 0 for row in rows]),
    )


class _Cases:
    """The cases of a period as columns."""

    def __init__(self, rows: Sequence[Any], offices: Sequence[Office], first: date, at: datetime) -> None:
        self.offices = np.array([row.office_id for row in rows], dtype=np.int64)
        opened, replied, closed = (_minutes(rows, name) for name in ("created_at", "first_reply_at", "closed_at"))
        self.days = ((opened + _AHEAD) // _MINUTES).astype(np.int64) + date(1970, 1, 1).toordinal()
        self._none = np.array([row.outcome in _NEEDS_NONE for row in rows], dtype=bool)
        self._first, self._closing, self._so_far = (np.full(len(rows), np.nan) for _ in range(3))
        until, promises = at.astimezone(HERE).date(), {one.id: one.promise for one in offices}
        self._promise = np.array([promises[row.office_id] for row in rows], dtype=np.float64)
        for worked, which in _by_calendar(offices, self.offices, first, until):
            start = opened[which]
            self._first[which] = worked.between(start, replied[which])
            self._closing[which] = worked.between(start, closed[which])
            self._so_far[which] = worked.between(start, np.full(start.size, minute_of(at)))

    def cell(self, which: Any) -> tuple[int, date]:
        """Office and day of cases that have both in common."""
        return int(self.offices[which[0]]), date.fromordinal(int(self.days[which[0]]))

    def stars(self, given: Sequence[int]) -> dict[date, tuple[int, int]]:
        """By day: how many stars were given how often together; 0 for a case that nobody rated."""
        stars = np.array(given, dtype=np.int64)
        days = ((date.fromordinal(int(key)), stars[which]) for key, which in _groups(self.days))
        return {day: (int((found > 0).sum()), int(found.sum())) for day, found in days if found.any()}

    def row(self, which: Any) -> Row:
        """The numbers of some of them."""
        first, closing, promise = self._first[which], self._closing[which], self._promise[which]
        heard = np.where(np.isnan(first), np.where(self._none[which], np.nan, closing), first)
        kept = heard <= promise
        silent = np.isnan(first) & np.isnan(closing)
        late = (heard > promise) | (silent & (self._so_far[which] > promise))
        (first_half, first_most), (half, most) = (ranked(one, (_MEDIAN, _NINETIETH)) for one in (first, closing))
        counts = (len(which), int(kept.sum() + late.sum()), int(kept.sum()))
        return Row(*counts, first_half, first_most, int((~np.isnan(closing)).sum()), half, most)


def _now(office: Office, rows: Sequence[Any], at: datetime) -> Now:
    waiting = [row for row in rows if row.status == Status.WAITING.value]
    since = [utc(row.waits_since) for row in waiting if row.waits_since]
    longest = office.calendar.minutes(min(since), at) if since else None
    overdue = [row for row in rows if row.due_at and utc(row.due_at) < at]
    return Now(len(waiting), longest, len(rows) - len(waiting), len(overdue))


def _opened(offices: Sequence[Office], first: date, last: date) -> Any:
    times = (handover.c.created_at, handover.c.first_reply_at, handover.c.closed_at)
    columns = (handover.c.office_id, handover.c.outcome, handover.c.reason, handover.c.language, handover.c.rating)
    joined = select(*columns, *times, conversation.c.channel)
    joined = joined.join(conversation, conversation.c.id == handover.c.conversation_id)
    within = and_(handover.c.created_at >= _midnight(first), handover.c.created_at < _midnight(last + _DAY))
    return joined.where(within, handover.c.office_id.in_([one.id for one in offices]))


def _midnight(day: date) -> datetime:
    return utc(datetime(day.year, day.month, day.day, tzinfo=HERE))


def _minutes(rows: Sequence[Any], name: str) -> Moments:
    moments = [getattr(row, name) for row in rows]
    # Thousands of them: to give each its zone first takes three times as long. SQLite gives all back without.
    some = next((at for at in moments if at is not None), _BEGUN)
    begun = _BEGUN.replace(tzinfo=_BEGUN.tzinfo if some.tzinfo else None)
    return np.array([np.nan if at is None else (at - begun) / _MINUTE for at in moments], dtype=np.float64)


def _by_calendar(offices: Sequence[Office], of: Any, first: date, last: date) -> Iterator[tuple[Worked, Any]]:
    """Offices that keep the same hours are counted together."""
    calendars: list[tuple[Any, list[int]]] = []
    for office in offices:
        same = next((ids for calendar, ids in calendars if calendar == office.calendar), None)
        if same is None:
            calendars.append((office.calendar, same := []))
        same.append(office.id)
    for calendar, ids in calendars:
        which = np.flatnonzero(np.isin(of, ids))
        if which.size:
            yield Worked(calendar, first, last), which


def _groups(keys: Any) -> Iterator[tuple[Any, Any]]:
    """Each key in order, with the places where it stands."""
    order = np.argsort(keys, kind="stable")
    found, starts = np.unique(keys[order], return_index=True)
    yield from zip(found, np.split(order, starts[1:]), strict=True) if found.size else ()


def _counted(names: Iterator[str]) -> dict[str, int]:
    return dict(Counter(names).most_common())


def _ratings(stars: Counter[int]) -> Ratings:
    count = sum(stars.values())
    mean = round(sum(star * often for star, often in stars.items()) / count, 1) if count else None
    return Ratings(count, mean, tuple(stars[star] for star in range(1, 6)))
