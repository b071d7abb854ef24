"""Numbers for everybody: a month that is over, and nothing by which somebody could be found.

A row of fewer than five messages or people is not told. A single row that is missing could be worked out from the
total, so the next smallest goes with it, until what is missing comes to five. Of a row that is told, the share that the
bot answered alone is left out where either side of it is small.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta

from bot.console.figures import ABOUT, Figures, Part
from bot.console.number_sheets import Say
from bot.desk.numbers import BOM, plain

#: Fewer are not told.
LEAST = 5
#: Stands for what is not told.
HIDDEN = f"<{LEAST}"
#: Columns, in the words of a program: they stay the same in every language and year.
COLUMNS = ("month", "by", "code", "name", "messages", "visits", "answered_by_bot")
_ALONE = 2


def month_of(day: date) -> tuple[date, date]:
    """First and last day of its month."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def as_csv(told: Figures, called: Say) -> bytes:
    """`called` tells what a stored name is called: about, name."""
    month, file = told.first.strftime("%Y-%m"), io.StringIO()
    rows = csv.writer(file)
    rows.writerow(COLUMNS)
    for about, parts in (("all", (told.total,)), *((about, told.parts[about]) for about in ABOUT)):
        hidden = hide(parts)
        # By name: the order of hidden rows would tell which is the smaller.
        for part in sorted((one for one in parts if one.messages), key=lambda one: one.name):
            name = called(about, part.name) if about != "all" else ""
            rows.writerow([month, about, plain(part.name), plain(name), *_told(part, part.name in hidden)])
    return (BOM + file.getvalue()).encode()


def hide(parts: Sequence[Part]) -> frozenset[str]:
    """Names of the parts that are not told."""
    waiting = sorted((part for part in parts if part.messages), key=lambda part: (_size(part), part.name))
    hidden = [part for part in waiting if _size(part) < LEAST]
    rest = waiting[len(hidden) :]
    while hidden and rest and (len(hidden) < _ALONE or sum(map(_size, hidden)) < LEAST):
        hidden.append(rest.pop(0))
    return frozenset(part.name for part in hidden)


def _told(part: Part, hidden: bool) -> tuple[int | str, ...]:
    if hidden:
        return HIDDEN, HIDDEN, HIDDEN
    done = part.messages - part.alone
    small = any(0 < count < LEAST for count in (part.alone, done))
    return part.messages, part.visits, HIDDEN if small else part.alone


def _size(part: Part) -> int:
    return min(part.messages, part.visits)
