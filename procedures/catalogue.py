"""The catalogue: procedures by code and by the words of citizens."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import lru_cache
from itertools import chain
from pathlib import Path
from threading import Lock

from sqlalchemy import inspect
from sqlalchemy.engine import Engine

from procedures import notes, store
from procedures.database import VAR, connect, default_url, exists
from procedures.importers import Accepted, Row, read
from procedures.importers.seeds import read_seeds
from procedures.layers import overlay
from procedures.model import Note, OfficeFacts, OfficeKind, Procedure
from procedures.places import places
from procedures.search import Decision, Document, Explained, Hit, Index, Only, decide
from procedures.search.document import document, layered
from procedures.search.index import EVERYBODY
from procedures.search.patched import Patched
from procedures.search.query import has_code
from procedures.search.shelf import Shelf
from procedures.stock import Stock
from procedures.validity import today

SEEDS = Path(__file__).with_name("seed")
#: Seconds between two looks at the version number.
_LOOK_EVERY = 1.0
#: Procedures kept ready; each is some 10 kB.
_KEPT = 512
#: Pairs of procedure and place whose notes are kept ready, and offices; most have none.
_LOCAL_KEPT = 2048


class Local:
    """What the province and its communes add. This one knows nothing; that of a database reads it there."""

    def notes(self, code: str, place: str) -> tuple[Note, ...]:
        """Notes that hold today."""
        return ()

    def office(self, kind: OfficeKind, place: str) -> OfficeFacts | None:
        """Facts of an office."""
        return None


class View:
    """An immutable catalogue."""

    def __init__(
        self,
        documents: Sequence[Document],
        load: Callable[[str], Procedure | None],
        local: Local | None = None,
        index: Index | Patched | None = None,
    ) -> None:
        """`index`: of these documents, where it is there already."""
        self._documents = documents
        self._index = Index(documents) if index is None else index
        self._load = lru_cache(maxsize=_KEPT)(load)
        self._local = local or Local()

    def __len__(self) -> int:
        return len(self._index)

    @property
    def documents(self) -> Sequence[Document]:
        """What is to be found."""
        return self._documents

    @property
    def index(self) -> Index | Patched:
        """What finds."""
        return self._index

    def everyday(self) -> View:
        """The procedures in plain words alone."""
        if all(document.everyday for document in self._documents):
            return self
        return View([document for document in self._documents if document.everyday], self._load, self._local)

    def drafted(self, procedure: Procedure) -> View:
        """The same catalogue as it would be with this procedure told so: facts, and whoever is called by its names."""
        index = Patched(self._index, {procedure.code: document(procedure)})
        told = {procedure.code: procedure}
        return View(self._documents, lambda code: told.get(code) or self._load(code), self._local, index)

    def knows(self, code: str) -> bool:
        """Whether search can find this code."""
        return code in self._index

    def by_code(self, code: str) -> Procedure | None:
        """The procedure of this national code, or None."""
        return self._load(code)

    def notes(self, code: str, place: str = "") -> tuple[Note, ...]:
        """What the province and the commune `place` (five digits) add to a procedure today."""
        return self._local.notes(code, place)

    def office(self, kind: OfficeKind, place: str = "") -> OfficeFacts | None:
        """What the province has told of an office; None where it has told nothing."""
        return self._local.office(kind, place)

    def search(self, text: str, limit: int = 5) -> list[Hit]:
        """Best first, scores from 0 to 1; empty if the text names no matter."""
        return [explained.hit for explained in self.explain(text, limit)]

    def explain(self, text: str, limit: int = 5, only: Only = EVERYBODY) -> list[Explained]:
        """The same with reasons. Names of places are left out: they tell where, not what."""
        return self._index.explain(text if has_code(text) else places().find(text).rest, limit, only)

    def matched(self, text: str, code: str) -> dict[str, tuple[str, ...]]:
        """Which words of a question stand in which field of a procedure that search knows."""
        return self._index.matched(places().find(text).rest, code)

    def decide(self, text: str) -> Decision:
        """One procedure, a choice of several, or none."""
        return decide(self.search(text))


class Catalogue:
    """The view of now: made anew when the version number in the database has moved.

    Facts, and whoever is called by an exact name, are new at once. The index takes seconds: the one before serves on
    while another is built in the background. Safe to share between threads.
    """

    def __init__(self, engine: Engine, cache: Path | None = VAR / "cache") -> None:
        """`cache`: where what an index has worked out is kept for the next start; None: nowhere."""
        self._engine = engine.execution_options(motcua_read=True)
        self._version = -1
        self._looked = 0.0
        self._stock = Stock()
        self._shelf = Shelf(cache)
        self._view = View([], lambda code: None)
        #: Who looks at the version number now; the others do not wait for it.
        self._looking = Lock()

    def view(self) -> View:
        """The current view; looks at the version number at most once a second."""
        # The first view is waited for.
        return self._seen(wait=self._version < 0)

    def settled(self) -> View:
        """The view with an index that knows all: waits for it."""
        self._seen(wait=True)
        self._shelf.wait()
        return self._seen(wait=True)

    def behind(self) -> bool:
        """Whether the database holds another version than the view."""
        with self._engine.connect() as connection:
            return store.current_version(connection) != self._version

    def rest(self) -> None:
        """Lets go of the database: two processes must not share a connection. To be called before a fork."""
        self._engine.dispose()

    def borrow(self) -> None:
        """The index was made by the process that forked this one, and so is the next: none is built here.

        What changes meanwhile is laid over it, so that it is found at once and no second index takes memory.
        """
        self._shelf.builds = False

    def _seen(self, wait: bool) -> View:
        if self._looking.acquire(blocking=wait):
            try:
                self._look()
            finally:
                self._looking.release()
        return self._view

    def _look(self) -> None:
        now = time.monotonic()
        if self._version < 0 or now - self._looked >= _LOOK_EVERY:
            self._looked = now
            self._refresh()
        index = self._shelf.index()
        if index is not self._view.index:
            self._show(index)

    def _refresh(self) -> None:
        with self._engine.connect() as connection:
            number = store.current_version(connection)
            if number == self._version:
                return
            documents = self._stock.read(connection)
        self._shelf.put(documents)
        self._show(self._shelf.index())
        self._version = number

    def _show(self, index: Index | Patched) -> None:
        """Also without a new index: facts that were kept are let go."""
        self._view = View(self._shelf.documents, self._load, _StoredLocal(self._engine), index)

    def _load(self, code: str) -> Procedure | None:
        with self._engine.connect() as connection:
            return store.load(connection, code)


class _StoredLocal(Local):
    """Of one version of the catalogue: what was asked once is known."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._notes = lru_cache(maxsize=_LOCAL_KEPT)(self._read_notes)
        self._office = lru_cache(maxsize=_LOCAL_KEPT)(self._read_office)

    def notes(self, code: str, place: str) -> tuple[Note, ...]:
        return self._notes(code, place, today())

    def office(self, kind: OfficeKind, place: str) -> OfficeFacts | None:
        return self._office(kind, place)

    def _read_notes(self, code: str, place: str, day: date) -> tuple[Note, ...]:
        with self._engine.connect() as connection:
            return notes.notes(connection, code, place, day)

    def _read_office(self, kind: OfficeKind, place: str) -> OfficeFacts | None:
        with self._engine.connect() as connection:
            return notes.office(connection, kind, place)


#: What stands in for the current view, within `standing_in`.
_INSTEAD: ContextVar[View | None] = ContextVar("instead", default=None)


@lru_cache(maxsize=1)
def seeds_view() -> View:
    """A catalogue of the plain-word seeds alone, for a project whose database is not there yet; made once."""
    return _rows_view(read_seeds(SEEDS))


def file_view(path: Path) -> View:
    """A catalogue of a file of records under the seeds, without a database. Raises ImportRefused."""
    return _rows_view(chain(read(path), read_seeds(SEEDS)))


def _rows_view(rows: Iterable[Row]) -> View:
    layers: defaultdict[str, dict[str, Procedure]] = defaultdict(dict)
    for row in rows:
        if isinstance(row, Accepted):
            layers[row.procedure.code][row.layer] = row.procedure
    documents = [layered(layers[code]) for code in sorted(layers)]
    return View(documents, lambda code: overlay(layers[code]) if code in layers else None)


@lru_cache(maxsize=8)
def _opened(url: str) -> Callable[[], View]:
    if exists(url):
        engine = connect(url)
        known = inspect(engine).has_table("catalogue_entry")
        # It was looked at once; the catalogue has connections of its own.
        engine.dispose()
        if known:
            return catalogue_of(engine).view
    view = seeds_view()
    return lambda: view


def catalogue_of(engine: Engine) -> Catalogue:
    """The catalogue of a database, one in a process: an index is a third of a worker's memory."""
    return _shared(engine.url.render_as_string(hide_password=False))


@lru_cache(maxsize=8)
def _shared(url: str) -> Catalogue:
    return Catalogue(connect(url))


@contextmanager
def standing_in(view: View) -> Iterator[None]:
    """Whoever asks for the current view inside is given this one: so is shown what nobody has published yet."""
    before = _INSTEAD.set(view)
    try:
        yield
    finally:
        _INSTEAD.reset(before)


def current_view() -> View:
    """The catalogue of MOTCUA_DATABASE_URL as it is now; the seeds where there is no database.

    The door for code that is called by Rasa and is handed nothing: components and actions.
    """
    instead = _INSTEAD.get()
    return _opened(default_url())() if instead is None else instead
