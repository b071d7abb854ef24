"""Numbers for leads: what waits now, what came of the cases of some days; as tables and as CSV."""

from __future__ import annotations

import asyncio
import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from bot.access import Route
from bot.accounts.people import Person, Role
from bot.conversation.hours import HERE
from bot.desk.frame import Frame
from bot.handover import offices
from bot.handover.numbers import MOST_DAYS, USUAL_DAYS, Now, Numbers, Row, now_of, numbers
from bot.handover.offices import Office
from bot.post.clock import now
from bot.store.desk_tables import handover
from bot.words import staff_words
from procedures.model import OfficeKind

#: So that Excel reads it as UTF-8.
BOM = "\ufeff"
#: Characters of a day, and years that a calendar here can count with.
_LENGTH, _YEARS = 10, range(2020, 2200)
#: A cell that begins with one of these is a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
#: What would stand unseen before one, or is no letter of a workbook.
_UNSEEN = re.compile("[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]+")
#: Columns of the table and of the CSV; these are working minutes, the others cases and per cent.
_MINUTES = frozenset(("first_median", "first_ninetieth", "closing_median", "closing_ninetieth"))
COLUMNS = (
    *("opened", "due", "kept", "share"),
    *("first_median", "first_ninetieth", "closed", "closing_median", "closing_ninetieth"),
)


@dataclass(frozen=True)
class Period:
    """The days that are looked at, both included, and the office; 0: all that one may see."""

    first: date
    last: date
    office_id: int = 0
    #: Somebody asked for more days than are told at once.
    shortened: bool = False


def period_of(told: Mapping[str, str]) -> Period:
    """What an address asks for; what is no day is the usual one, and days that are the wrong way round are turned."""
    today = now().astimezone(HERE).date()
    last = _day(told.get("to", "")) or today
    first = _day(told.get("from", "")) or last - timedelta(days=USUAL_DAYS - 1)
    first, last = min(first, last), max(first, last)
    office = told.get("office", "")
    office_id = int(office) if office.isascii() and office.isdigit() and len(office) < 8 else 0
    earliest = last - timedelta(days=MOST_DAYS - 1)
    return Period(max(first, earliest), last, office_id, first < earliest)


class NumbersPages:
    """One page, and the same as a file."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def routes(self) -> list[Route]:
        """Two addresses."""
        return [
            Route("/desk/numbers", self.page, access=Role.LEAD),
            Route("/desk/numbers.csv", self.file, access=Role.LEAD),
        ]

    async def page(self, request: Request) -> Response:
        """Tables."""
        person, period = await self._asked(request)
        all_offices, _, still, told = await asyncio.to_thread(self._read, person, period)
        names = {one.id: one.name for one in all_offices}
        shown: dict[str, Any] = {"offices": all_offices, "names": names, "still": still, "told": told, "period": period}
        shown |= {"columns": COLUMNS, "cell": _telling(person), "named": _naming(person)}
        shown |= {"minutes": lambda count: minutes(count, person.locale)}
        return self._frame.page(request, person, "numbers.html", **shown)

    async def file(self, request: Request) -> Response:
        """A row for each office and day on which something was opened."""
        person, period = await self._asked(request)
        _, mine, _, told = await asyncio.to_thread(self._read, person, period)
        days = f"{period.first} – {period.last}"
        await asyncio.to_thread(self._frame.looks.seen, person.id, "numbers.exported", days)
        name = f"motcua-{period.first}-{period.last}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return Response(_csv(person, mine, told), media_type="text/csv; charset=utf-8", headers=headers)

    async def _asked(self, request: Request) -> tuple[Person, Period]:
        person = await self._frame.person(request)
        self._frame.allow(person, Role.LEAD)
        return person, period_of(request.query_params)

    def _read(
        self, person: Person, period: Period
    ) -> tuple[tuple[Office, ...], tuple[Office, ...], dict[int, Now], Numbers]:
        with self._frame.reading.connect() as connection:
            everywhere = _seen_by(connection, person)
            mine = tuple(one for one in everywhere if period.office_id in (0, one.id)) or everywhere
            return everywhere, mine, now_of(connection, mine), numbers(connection, mine, period.first, period.last)


def _seen_by(connection: Connection, person: Person) -> tuple[Office, ...]:
    """Offices whose numbers somebody may see; ended ones that had cases among them."""
    own = offices.of(connection, person.office_id)
    if not person.role.may(Role.ADMIN) and own.kind is not OfficeKind.PROVINCE_CENTRE:
        return (own,)
    today = offices.every(connection)
    had = set(connection.execute(select(handover.c.office_id).distinct()).scalars())
    ended = sorted(had - {one.id for one in today})
    return (*today, *(offices.of(connection, id_) for id_ in ended))


def _day(text: str) -> date | None:
    """A day that can have had a case; None for anything else."""
    try:
        day = date.fromisoformat(text) if len(text) == _LENGTH else None
    except ValueError:
        return None
    return day if day and day.year in _YEARS else None


def _telling(person: Person) -> Callable[[Row, str], str]:
    """How a column of a row is told: counts, per cent, hours and minutes; a dash where there is none."""

    def tell(row: Row, column: str) -> str:
        value = getattr(row, column)
        if value is None:
            return "–"
        if column in _MINUTES:
            return minutes(value, person.locale)
        return f"{value} %" if column == "share" else str(value)

    return tell


def minutes(count: int, locale: str) -> str:
    """Working minutes in words; never as days, for a day of work is none of 24 hours."""
    hours, rest = divmod(count, 60)
    key = "numbers.hours" if hours else "numbers.minutes"
    return staff_words().say(key, locale, h=hours, m=rest)


def _naming(person: Person) -> Callable[[str, str], str]:
    """What a stored name is called; as it is stored where nobody has named it."""
    known = staff_words().keys(person.locale)

    def name(area: str, stored: str) -> str:
        key = f"{area}.{stored}"
        return staff_words().say(key, person.locale) if key in known else stored

    return name


def _csv(person: Person, mine: Sequence[Office], told: Numbers) -> bytes:
    names = {one.id: one.name for one in mine}
    file = io.StringIO()
    rows = csv.writer(file)
    heads = ("day", "office", *COLUMNS)
    rows.writerow([staff_words().say(f"numbers.csv.{head}", person.locale) for head in heads])
    for (office_id, day), row in sorted(told.cells.items(), key=lambda one: (one[0][1], names[one[0][0]])):
        values = [getattr(row, column) for column in COLUMNS]
        rows.writerow([day.isoformat(), plain(names[office_id]), *("" if one is None else one for one in values)])
    return (BOM + file.getvalue()).encode()


def plain(text: str) -> str:
    """A text as a cell that no spreadsheet takes for a formula."""
    seen = _UNSEEN.sub(" ", text).strip()
    return f"'{seen}" if seen.startswith(_FORMULA) else seen
