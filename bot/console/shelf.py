"""All procedures as a list shows them: kept in memory, and read anew only where a document has changed."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, reduce
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.console import publishing
from procedures import codec, store
from procedures.languages import LANGUAGES, missing
from procedures.layers import LAYERS, overlay
from procedures.model import Procedure
from procedures.publishing import EDITED
from procedures.search import document as facts
from procedures.search.document import Document
from procedures.tables import catalogue_entry as entry
from procedures.tables import catalogue_past as past
from procedures.typed.fold import tokens
from procedures.validity import today, utc, within

#: Layers of the state, which imports bring; those above are the province's own words.
_OFFICIAL = ("list", "record")
#: Keys that the JSON of procedures.codec holds once. To read all of each document takes ten times as long.
_FIELD, _FIRST, _LAST = (
    re.compile(rf'"{name}": ("(?:[^"\\]|\\.)*")') for name in ("field", "valid_from", "valid_until")
)
#: Documents that are asked for by name; more of them are read all at once.
_FEW = 400


@dataclass(frozen=True)
class Book:
    """A procedure on the shelf."""

    code: str
    title: str
    #: Field of law; empty if unknown.
    law: str
    #: Values of procedures.model.Level.
    levels: tuple[str, ...]
    #: Somebody has written it in plain words.
    plain: bool
    #: The state's record has changed since our words were written.
    stale: bool
    #: It cannot be filed today.
    ended: bool
    #: Languages in which a text of our words is not told.
    untold: tuple[str, ...]
    names: tuple[str, ...] = field(repr=False)

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """Its names as they are looked for, each with a blank before every word."""
        return tuple(dict.fromkeys(" " + " ".join(tokens(name)) for name in self.names))


@dataclass(frozen=True)
class _Part:
    """What one layer tells, as far as a list needs it."""

    digest: str
    document: Document
    law: str
    valid_from: str
    valid_until: str
    #: All of it, where the procedure has words of our own.
    procedure: Procedure | None


class Shelf:
    """The list of now. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: tuple[int, str] = (-1, "")
        self._parts: dict[tuple[str, str], _Part] = {}
        self._own: frozenset[str] = frozenset()
        self._books: dict[str, Book] = {}

    def books(self, connection: Connection) -> Mapping[str, Book]:
        """All of them, in order of their codes."""
        known = (store.current_version(connection), today().isoformat())
        with self._lock:
            if known != self._known:
                self._read(connection)
                self._books = self._made(connection)
                self._known = known
            return self._books

    def _read(self, connection: Connection) -> None:
        """Reads what is new; and what was read without its texts before somebody wrote words for it."""
        digests = store.digests(connection)
        own = frozenset(code for code, layer in digests if layer not in _OFFICIAL)
        kept = {
            key: part
            for key, part in self._parts.items()
            if digests.get(key) == part.digest and (key[0] in self._own or key[0] not in own)
        }
        changed = digests.keys() - kept.keys()
        for row in _rows(connection, {code for code, _ in changed}):
            kept[row.code, row.layer] = _part(row, row.code in own)
        self._parts, self._own = kept, own

    def _made(self, connection: Connection) -> dict[str, Book]:
        stale = stale_codes(connection)
        layers: dict[str, dict[str, _Part]] = {}
        for (code, layer), part in sorted(self._parts.items()):
            layers.setdefault(code, {})[layer] = part
        made = {code: _book(code, told, code in stale) for code, told in layers.items()}
        # Folded names are the dear part: what did not change keeps them.
        return {code: self._books[code] if self._books.get(code) == book else book for code, book in made.items()}


def stale_codes(connection: Connection) -> frozenset[str]:
    """Codes with words of our own that are older than the last change of the state's record under them.

    Where somebody has edited them here, only what the edit tells counts.
    """
    rows = connection.execute(select(entry.c.code).where(entry.c.layer == EDITED))
    return frozenset((_older(connection) - set(rows.scalars())) | publishing.stale(connection).keys())


def _older(connection: Connection) -> frozenset[str]:
    own = select(entry.c.code, entry.c.changed_at).where(entry.c.layer.not_in(_OFFICIAL))
    written: dict[str, datetime] = {}
    for row in connection.execute(own):
        at = utc(row.changed_at)
        written[row.code] = max(at, written.get(row.code, at))
    replaced = select(past.c.code, past.c.told_until).where(past.c.layer.in_(_OFFICIAL))
    rows = connection.execute(replaced).all()
    return frozenset(row.code for row in rows if row.code in written and utc(row.told_until) > written[row.code])


def _rows(connection: Connection, codes: set[str]) -> list[Any]:
    told = select(entry.c.code, entry.c.layer, entry.c.digest, entry.c.facts, entry.c.document)
    if not codes:
        return []
    wanted = told.where(entry.c.code.in_(sorted(codes))) if len(codes) <= _FEW else told
    return list(connection.execute(wanted))


def _part(row: Any, own: bool) -> _Part:
    procedure = codec.from_json(row.document) if own or not row.facts else None
    document = facts.from_json(row.facts) if row.facts or procedure is None else facts.document(procedure)
    field_of_law, first, last = (_first(key, row.document) for key in (_FIELD, _FIRST, _LAST))
    return _Part(row.digest, document, field_of_law, first, last, procedure if own else None)


def _first(key: re.Pattern[str], document: str) -> str:
    found = key.search(document)
    return str(json.loads(found[1])) if found else ""


def _book(code: str, layers: Mapping[str, _Part], stale: bool) -> Book:
    parts = [layers[name] for name in reversed(LAYERS) if name in layers]
    document = reduce(facts.together, (part.document for part in parts))
    first, last = (next(filter(None, (getattr(part, n) for part in parts)), "") for n in ("valid_from", "valid_until"))
    return Book(
        code,
        document.title,
        next(filter(None, (part.law for part in parts)), ""),
        document.levels,
        document.everyday,
        stale,
        not within(first, last, today()),
        tuple(_untold({name: part.procedure for name, part in layers.items() if part.procedure})),
        tuple(dict.fromkeys(name for told in document.names.values() for name in told)),
    )


def _untold(layers: Mapping[str, Procedure]) -> Iterator[str]:
    """Languages that lack a text; records are Vietnamese, and nobody expects more of them."""
    if not layers:
        return
    whole = overlay(layers)
    yield from (language for language in LANGUAGES if next(missing(whole, language), None) is not None)
