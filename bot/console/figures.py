"""The numbers of some days, as pages and files tell them: counted days put together, cases, ratings, guides."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import and_, func, select
from sqlalchemy.engine import Connection

from bot.console.counting import CAME, WAITS
from bot.handover import offices
from bot.handover.numbers import Numbers, numbers
from bot.store.desk_tables import handover
from bot.store.number_tables import number_day, number_part
from bot.store.tables import conversation
from procedures.validity import end_of, utc

#: Ways to look at messages beside days: names of number_part.about.
ABOUT = ("channel", "language", "place", "code")
_DAY = timedelta(days=1)
_MEDIAN, _NINETIETH = 0.5, 0.9
_COUNTS = ("messages", "visits", *CAME)


@dataclass(frozen=True)
class Part:
    """Messages that have something in common, and what came of them."""

    name: str
    messages: int = 0
    #: People, each once a day.
    visits: int = 0
    answered: int = 0
    other: int = 0
    refused: int = 0
    unsure: int = 0
    handed_over: int = 0
    staff: int = 0
    failed: int = 0
    #: Cases that were opened, and what citizens gave them; None where nobody knows it of this part.
    cases: int | None = None
    ratings: int | None = None
    #: 1 to 5; None where nobody gave any.
    mean: float | None = None

    @property
    def alone(self) -> int:
        """Answered by the bot, without staff."""
        return self.answered + self.other

    @property
    def share(self) -> int | None:
        """Per cent of those that have been dealt with that the bot answered alone; never 100 unless all were."""
        done = sum(getattr(self, kind) for kind in CAME)
        return 100 * self.alone // done if done else None


@dataclass(frozen=True)
class Waits:
    """How long answers of the bot took, from a message's coming until its answer stood ready."""

    #: Messages for each of WAITS, and those that took longer than the last.
    counts: tuple[int, ...]

    @property
    def median(self) -> float | None:
        """Seconds within which half was answered."""
        return self._within(_MEDIAN)

    @property
    def ninetieth(self) -> float | None:
        """Seconds within which nine of ten were."""
        return self._within(_NINETIETH)

    def _within(self, share: float) -> float | None:
        """None where there is nothing; infinite where it was longer than the longest that is told apart."""
        reached = np.cumsum(self.counts)
        if not reached[-1]:
            return None
        place = int(np.searchsorted(reached, share * reached[-1]))
        return WAITS[place] if place < len(WAITS) else float("inf")


@dataclass(frozen=True)
class Figures:
    """All of a period."""

    first: date
    last: date
    total: Part
    #: Each once, however often they wrote.
    people: int
    #: Every day of the period that has been counted.
    days: Mapping[date, Part]
    #: By ABOUT, the most messages first.
    parts: Mapping[str, tuple[Part, ...]]
    waits: Waits
    #: Cases of all offices, in their working minutes.
    staff: Numbers
    #: Until when messages are counted, UTC; None: none is.
    counted_at: datetime | None


def figures(connection: Connection, first: date, last: date, at: datetime | None = None) -> Figures:
    """Of the days from the first through the last, Vietnam's."""
    rows = connection.execute(select(number_day).where(_between(number_day, first, last))).all()
    # Ended offices had cases too.
    had = connection.execute(select(handover.c.office_id).distinct()).scalars().all()
    staff = numbers(connection, [offices.of(connection, one) for one in sorted(had)], first, last, at)
    days, cases = _days(connection, first, last, staff), _cases(connection, first, last)
    waits = np.sum([json.loads(row.waits) for row in rows] or [[0] * (len(WAITS) + 1)], axis=0)
    return Figures(
        first=first,
        last=last,
        total=_total(days.values(), staff),
        people=_people(row.people for row in rows),
        days=days,
        parts={about: _parts(connection, about, first, last, cases.get(about)) for about in ABOUT},
        waits=Waits(tuple(int(count) for count in waits)),
        staff=staff,
        counted_at=max((utc(row.counted_at) for row in rows), default=None),
    )


def _days(connection: Connection, first: date, last: date, staff: Numbers) -> dict[date, Part]:
    wanted = select(number_part).where(number_part.c.about == "all", _between(number_part, first, last))
    found = {}
    for row in connection.execute(wanted.order_by(number_part.c.day)):
        day = date.fromisoformat(row.day)
        opened = staff.days[day].opened if day in staff.days else 0
        found[day] = _part(row.day, row, opened, *staff.stars.get(day, (0, 0)))
    return found


def _parts(
    connection: Connection, about: str, first: date, last: date, cases: Mapping[str, tuple[int, int, int]] | None
) -> tuple[Part, ...]:
    sums = [func.sum(number_part.c[name]).label(name) for name in _COUNTS]
    mine = and_(number_part.c.about == about, _between(number_part, first, last))
    wanted = select(number_part.c.name, *sums).where(mine).group_by(number_part.c.name)
    rows = {row.name: row for row in connection.execute(wanted)}
    if cases is None:
        made = [_part(name, row) for name, row in rows.items()]
    else:
        named = dict.fromkeys([*rows, *cases])
        made = [_part(name, rows.get(name), *cases.get(name, (0, 0, 0))) for name in named if name or about != "code"]
    return tuple(sorted(made, key=lambda part: (-part.messages, -(part.cases or 0), part.name)))


def _cases(connection: Connection, first: date, last: date) -> Mapping[str, Mapping[str, tuple[int, int, int]]]:
    """Cases, those of them that were rated, and their stars: by the parts of which it is known what cases they had."""
    columns = {"channel": conversation.c.channel, "language": handover.c.language, "code": handover.c.code}
    counts = (func.count(), func.count(handover.c.rating), func.coalesce(func.sum(handover.c.rating), 0))
    wanted = select(*columns.values(), *counts).select_from(handover.join(conversation, _whose()))
    found: dict[str, dict[str, tuple[int, int, int]]] = {about: {} for about in columns}
    for row in connection.execute(wanted.where(_opened(first, last)).group_by(*columns.values())):
        *names, cases, rated, stars = row
        for about, name in zip(columns, names, strict=True):
            before = found[about].get(name, (0, 0, 0))
            found[about][name] = (before[0] + cases, before[1] + rated, before[2] + stars)
    return found


def _part(name: str, row: Any, cases: int | None = None, rated: int | None = None, stars: int = 0) -> Part:
    counts = {count: int(getattr(row, count)) for count in _COUNTS} if row else {}
    mean = round(stars / rated, 1) if rated else None
    return Part(name, **counts, cases=cases, ratings=rated, mean=mean)


def _total(days: Any, staff: Numbers) -> Part:
    told: Sequence[Part] = list(days)
    counts = {count: sum(getattr(day, count) for day in told) for count in _COUNTS}
    return Part("", **counts, cases=staff.total.opened, ratings=staff.ratings.count, mean=staff.ratings.mean)


def _people(days: Any) -> int:
    found = [np.frombuffer(day, dtype="<i4") for day in days]
    return int(np.unique(np.concatenate(found)).size) if found else 0


def _between(table: Any, first: date, last: date) -> Any:
    return table.c.day.between(first.isoformat(), last.isoformat())


def _opened(first: date, last: date) -> Any:
    return and_(handover.c.created_at >= end_of(first - _DAY), handover.c.created_at < end_of(last))


def _whose() -> Any:
    return conversation.c.id == handover.c.conversation_id
