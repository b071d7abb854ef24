"""Numbers for whoever keeps the answers right: one page, and the same as files."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.access import Route
from bot.accounts.people import Person, Role
from bot.console import charts, number_files, number_paper, open_data
from bot.console.counting import WAITS
from bot.console.figures import figures
from bot.console.filing import Matters, guides, online
from bot.console.number_kept import Kept
from bot.console.number_sheets import Names, Sheet, Told, decimal, sheets
from bot.desk.frame import Frame
from bot.desk.numbers import Period, minutes, period_of
from bot.errors import DeskError, Refused
from bot.post.clock import now
from bot.words import staff_words
from procedures.validity import HERE, day_of, end_of

_HERE = "/admin/numbers"
#: Rows of a table on the page; the most asked procedures that are looked at for what could be filed online.
_SHOWN, _ONLINE = 20, 50
#: Seconds that a page waits for a long period before it is shown without, and that its files and what it asks for wait.
PATIENCE, _PATIENT = 0.1, 60.0
_MINUTES, _SECONDS = ("staff_median", "staff_ninetieth"), ("bot_median", "bot_ninetieth")
_PER_CENT = ("share", "of_begun", "kept")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class NumberPages:
    """Read alone: nothing here changes anything."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._matters = Matters()
        self._kept = Kept(self._read)

    def routes(self) -> list[Route]:
        """The page, its files, a month on paper and for everybody."""
        kinds = {
            "": self.page,
            "/read": self.again,
            ".csv": self.table,
            ".xlsx": self.workbook,
            ".pdf": self.paper,
            "/open": self.open,
        }
        return [Route(f"{_HERE}{kind}", told, access=Role.EDITOR) for kind, told in kinds.items()]

    async def page(self, request: Request) -> Response:
        """Pictures, and the table behind each."""
        person, period = await self._asked(request)
        told = await asyncio.to_thread(self._kept.told, period.first, period.last, PATIENCE)
        if told is None:
            return self._frame.page(request, person, "numbers_reading.html", period=period)
        tables = self._tables(person, told)
        shown: dict[str, Any] = {"period": period, "told": told.figures, "tables": tables, "most": _SHOWN}
        shown |= {"columns": charts.columns(told.figures.days, period.first, period.last), "bands": tuple(charts.BANDS)}
        shown |= {"cell": _cells(person), "wide": charts.WIDE, "high": charts.HIGH, "month": _last_month()}
        shown["summary"] = self._summary(person, told)
        return self._frame.page(request, person, "numbers.html", **shown)

    async def again(self, request: Request) -> Response:
        """A page that was shown without a long period comes anew once that is read."""
        _, period = await self._asked(request)
        await asyncio.to_thread(self._told, period.first, period.last)
        address = f"{_HERE}?from={period.first}&to={period.last}"
        return self._frame.done(request, address, "", **{"HX-Refresh": "true"})

    async def table(self, request: Request) -> Response:
        """CSV."""
        person, period = await self._asked(request)
        told = await asyncio.to_thread(self._told, period.first, period.last)
        await self._exported(person, period)
        body = number_files.as_csv(self._tables(person, told), self._say(person))
        return _file(body, "text/csv; charset=utf-8", f"motcua-{period.first}-{period.last}.csv")

    async def workbook(self, request: Request) -> Response:
        """XLSX."""
        person, period = await self._asked(request)
        told = await asyncio.to_thread(self._told, period.first, period.last)
        tables, say = self._tables(person, told), self._say(person)
        await self._exported(person, period)
        body = await asyncio.to_thread(number_files.as_workbook, told, tables, say)
        return _file(body, _XLSX, f"motcua-{period.first}-{period.last}.xlsx")

    async def paper(self, request: Request) -> Response:
        """A month as PDF; one that is not over as far as it has gone."""
        person, _ = await self._asked(request)
        first, last = open_data.month_of(_month(request))
        told = await asyncio.to_thread(self._told, first, last)
        body = await asyncio.to_thread(self._drawn, person, told)
        return _file(body, "application/pdf", f"motcua-{first:%Y-%m}.pdf")

    async def open(self, request: Request) -> Response:
        """A month for everybody."""
        person, _ = await self._asked(request)
        try:
            told = await asyncio.to_thread(self._over, *open_data.month_of(_month(request)))
        except DeskError as error:
            return self._frame.trouble(request, person, error)
        names = self._names(person, told)
        return _file(
            open_data.as_csv(told.figures, names.of), "text/csv; charset=utf-8", _open_name(told.figures.first)
        )

    async def _exported(self, person: Person, period: Period) -> None:
        days = f"{period.first} – {period.last}"
        await asyncio.to_thread(self._frame.looks.seen, person.id, "numbers.exported", days)

    async def _asked(self, request: Request) -> tuple[Person, Period]:
        person = await self._frame.person(request)
        self._frame.allow(person, Role.EDITOR)
        return person, period_of(request.query_params)

    def _told(self, first: date, last: date) -> Told:
        """Raises HTTPException 503 where reading a long period has failed."""
        told = self._kept.told(first, last, _PATIENT)
        if told is None:
            raise HTTPException(503)
        return told

    def _read(self, first: date, last: date) -> Told:
        with self._frame.reading.connect() as connection:
            known = figures(connection, first, last)
            found = guides(connection, first, last)
            filed = online(connection, self._matters, known.parts["code"], found, _ONLINE)
            return Told(known, found, filed, self._matters.titles(connection))

    def _over(self, first: date, last: date) -> Told:
        """Raises Refused while it is not over: two files of one month would tell what lies between them."""
        told = self._told(first, last)
        known = told.figures
        whole = known.counted_at is not None and known.counted_at >= end_of(last)
        if not whole or any(day not in known.days for day in _days(known.days, last)):
            raise Refused("month_open")
        return told

    def _drawn(self, person: Person, told: Told) -> bytes:
        say, known = self._say(person), told.figures
        title = say("count.paper", month=f"{known.first:%m/%Y}")
        notes = [say("count.meaning_short"), say("count.made", day=f"{now().astimezone(HERE):%d/%m/%Y %H:%M}")]
        picture = charts.columns(known.days, known.first, known.last)
        tables = self._tables(person, told)
        return number_paper.as_pdf(title, notes, self._summary(person, told), picture, tables, say, _cells(person))

    def _summary(self, person: Person, told: Told) -> list[tuple[str, str]]:
        say, cell = self._say(person), _cells(person)
        return [(say(f"count.{key}"), cell(value, key)) for key, value in number_files.summary(told).items()]

    def _tables(self, person: Person, told: Told) -> tuple[Sheet, ...]:
        return sheets(told, self._names(person, told), self._say(person), person.locale)

    def _names(self, person: Person, told: Told) -> Names:
        return Names(told.titles, self._say(person), _known(person.locale), person.locale)

    def _say(self, person: Person) -> Callable[..., str]:
        return lambda key, **values: self._frame.words(person, key, **values)


def _known(locale: str) -> frozenset[str]:
    """Keys of names that the desk knows too."""
    return staff_words().keys(locale)


def _cells(person: Person) -> Callable[[Any, str], str]:
    """How a value of a column is told; a dash where there is none."""

    def tell(value: Any, column: str) -> str:
        if value is None:
            return "–"
        if column in _MINUTES:
            return minutes(value, person.locale)
        if column in _SECONDS:
            most = WAITS[-1]
            return f"{decimal(value, person.locale)} s" if value <= most else f"> {decimal(most, person.locale)} s"
        if column in _PER_CENT:
            return f"{value} %"
        return decimal(value, person.locale) if isinstance(value, float) else _whole(value, person.locale)

    return tell


def _whole(value: Any, locale: str) -> str:
    """1,000 as people write it; anything but a number as it is."""
    if not isinstance(value, int):
        return str(value)
    text = f"{value:,}"
    return text.replace(",", ".") if locale == "vi" else text


def _last_month() -> date:
    """The first day of the last month that is over."""
    return (day_of(now()).replace(day=1) - timedelta(days=1)).replace(day=1)


def _month(request: Request) -> date:
    """The month that is asked for; what is none is the last one that is over."""
    told = request.query_params.get("month", "")
    day = period_of({"to": f"{told}-01"}).last
    return day if told and f"{day:%Y-%m-%d}" == f"{told}-01" else _last_month()


def _days(counted: Any, last: date) -> Sequence[date]:
    """Days that ought to be counted: from the first that is."""
    first = min(counted, default=last)
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _open_name(first: date) -> str:
    return f"motcua-open-{first:%Y-%m}.csv"


def _file(body: bytes, mime: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, media_type=mime, headers=headers)
