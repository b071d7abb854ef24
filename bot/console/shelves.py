"""All procedures: looked for by name, and by what they lack."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from bot.access import Route
from bot.accounts.people import Role
from bot.console.asked import Asked
from bot.console.edit_rows import OPEN
from bot.console.shelf import Book, Shelf
from bot.desk.frame import Frame, by_script
from bot.store.console_tables import procedure_edit
from procedures.model import Level
from procedures.typed.fold import tokens

#: Seconds that a page waits for the list to be read for the first time; it is shown without, and comes again, after.
PATIENCE = 0.1
#: The same for a page that has been shown without.
_MORE_PATIENCE = 20.0
#: On one page; longest text that is looked for; last page.
_PAGE, _LONGEST, _LAST = 50, 200, 9999

_LACKING: Mapping[str, Callable[[Book, int], bool]] = {
    "most": lambda _, asked: asked > 0,
    "stale": lambda book, _: book.stale,
    "never": lambda _, asked: asked == 0,
    "unplain": lambda book, _: not book.plain,
    "plain": lambda book, _: book.plain,
    "untold": lambda book, _: bool(book.untold),
    "ended": lambda book, _: book.ended,
}
#: What the list can be narrowed to; the most asked ones stand in that order.
SHOWN = ("", *_LACKING)


@dataclass(frozen=True)
class Query:
    """What is looked for."""

    q: str = ""
    level: str = ""
    law: str = ""
    #: One of SHOWN.
    show: str = ""
    page: int = 1

    def address(self, **other: Any) -> str:
        """The same list with something else about it."""
        told = {name: value for name, value in asdict(replace(self, **other)).items() if value}
        return f"/admin/procedures?{urlencode(told)}"


@dataclass(frozen=True)
class Row:
    """A line of the list."""

    book: Book
    asked: int
    #: Somebody is writing about it.
    edited: bool


class Shelves:
    """The list, and what it knows for other pages."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self.shelf, self.asked = Shelf(), Asked()
        self._known, self._reading = threading.Event(), threading.Lock()

    def routes(self) -> list[Route]:
        """One page, and what one that came too early asks for."""
        return [
            Route("/admin/procedures", self.list, access=Role.EDITOR),
            Route("/admin/procedures/read", self.again, access=Role.EDITOR),
        ]

    async def list(self, request: Request) -> Response:
        """The list; for a script the table alone."""
        person = await self._frame.person(request)
        self._frame.allow(person, Role.EDITOR)
        query = query_of(request.query_params)
        patience = _MORE_PATIENCE if by_script(request) else PATIENCE
        if not await asyncio.to_thread(self.known, patience):
            return self._frame.page(request, person, "shelf_reading.html")
        shown = await asyncio.to_thread(self._shown, query)
        template = "shelf_rows.html" if by_script(request) else "shelf.html"
        return self._frame.page(request, person, template, query=query, **shown)

    async def again(self, request: Request) -> Response:
        """The page that asks comes anew once the list is read."""
        self._frame.allow(await self._frame.person(request), Role.EDITOR)
        await asyncio.to_thread(self.known, _MORE_PATIENCE)
        return self._frame.done(request, "/admin/procedures", "", **{"HX-Refresh": "true"})

    def known(self, patience: float) -> bool:
        """Whether the list has been read, or is within so many seconds; else it is read behind the page."""
        if not self._known.is_set() and not self._reading.locked():
            threading.Thread(target=self.warm, name="console-shelf", daemon=True).start()
        return self._known.wait(patience)

    def warm(self) -> None:
        """Reads the list before somebody waits for it: a second or two, once in the life of a process."""
        with self._reading, self._frame.reading.connect() as connection:
            for book in self.shelf.books(connection).values():
                # Folds its names.
                _ = book.folded
            self.asked.counts(connection)
            self._known.set()

    def counts(self, connection: Connection) -> dict[str, int]:
        """How many there are of each kind the list can be narrowed to."""
        books, asked = self.shelf.books(connection), self.asked.counts(connection)
        told = [(book, asked.get(code, 0)) for code, book in books.items()]
        return {"all": len(books), **{name: sum(lacks(*one) for one in told) for name, lacks in _LACKING.items()}}

    def _shown(self, query: Query) -> dict[str, Any]:
        with self._frame.reading.connect() as connection:
            books, asked = self.shelf.books(connection), self.asked.counts(connection)
            edited = _edited(connection)
        found = [Row(book, asked.get(code, 0), code in edited) for code, book in books.items()]
        found = sorted(filter(_wanted(query), found), key=_order(query))
        last = max(1, -(-len(found) // _PAGE))
        page = min(query.page, last)
        laws = Counter(book.law for book in books.values() if book.law)
        return {
            "rows": found[(page - 1) * _PAGE : page * _PAGE],
            "count": len(found),
            "page": page,
            "last": last,
            "laws": sorted(laws),
            "levels": tuple(Level),
            "shows": SHOWN,
        }


def query_of(told: Mapping[str, str]) -> Query:
    """What an address looks for; what it cannot mean is left out."""
    page = told.get("page", "")
    return Query(
        told.get("q", "").strip()[:_LONGEST],
        told.get("level", "") if told.get("level") in {level.value for level in Level} else "",
        told.get("law", "")[:_LONGEST],
        told.get("show", "") if told.get("show") in SHOWN else "",
        max(1, int(page)) if page.isascii() and page.isdigit() and int(page[:6]) <= _LAST else 1,
    )


def _wanted(query: Query) -> Callable[[Row], bool]:
    words = [f" {word}" for word in tokens(query.q)]
    code = query.q if query.q[:1].isdigit() and "." in query.q else ""
    lacks = _LACKING.get(query.show, _anything)

    def wanted(row: Row) -> bool:
        book = row.book
        if (query.level and query.level not in book.levels) or (query.law and query.law != book.law):
            return False
        if code:
            return book.code.startswith(code) and lacks(book, row.asked)
        return lacks(book, row.asked) and (not query.q or _called(book, words))

    return wanted


def _anything(*_: object) -> bool:
    return True


def _called(book: Book, words: Sequence[str]) -> bool:
    """Whether one of its names holds all words, the last perhaps unfinished."""
    return bool(words) and any(all(word in name for word in words) for name in book.folded)


def _order(query: Query) -> Callable[[Row], tuple[Any, ...]]:
    """The most asked ones first where that is wanted; else those in plain words, with short names first in a search."""
    if query.show == "most":
        return lambda row: (-row.asked, row.book.code)
    shortest = bool(query.q)
    return lambda row: (not row.book.plain, len(row.book.title) if shortest else 0, row.book.code)


def _edited(connection: Connection) -> frozenset[str]:
    waiting = procedure_edit.c.status.in_([status.value for status in OPEN])
    return frozenset(connection.execute(select(procedure_edit.c.code).where(waiting)).scalars())
