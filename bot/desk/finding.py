"""Procedures by their names, as officers look them up: quick, and without the index that the engine searches in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection, Engine

from procedures import store
from procedures.importers.portal_codes import CODE
from procedures.search.document import Document
from procedures.typed.fold import tokens

#: Most that are shown.
MOST = 20
#: Longest text that is looked for, in characters.
LONGEST = 200


@dataclass(frozen=True)
class Named:
    """A procedure that was found."""

    code: str
    title: str
    #: Somebody has written it in plain words.
    plain: bool


@dataclass(frozen=True)
class _Entry:
    named: Named
    #: Each of its names, folded, in all languages.
    names: tuple[str, ...]


class Finder:
    """All names of the catalogue, kept until it changes."""

    def __init__(self, reading: Engine) -> None:
        self._reading = reading
        self._version = -1
        self._entries: tuple[_Entry, ...] = ()

    def find(self, query: str) -> tuple[Named, ...]:
        """Those of which a name holds all words of the query, or whose code begins with it; the likeliest first."""
        wanted = query.strip()[:LONGEST]
        if not wanted:
            return ()
        with self._reading.connect() as connection:
            entries = self._fresh(connection)
        if wanted[0].isdigit() and "." in wanted:
            return tuple(one.named for one in entries if one.named.code.startswith(wanted))[:MOST]
        words = tokens(wanted)
        found = [(rank, one.named) for one in entries if (rank := _rank(words, one)) is not None]
        return tuple(named for _, named in sorted(found, key=lambda pair: (*pair[0], pair[1].code))[:MOST])

    def known(self, codes: Sequence[str]) -> tuple[Named, ...]:
        """Those of these codes that the catalogue knows, each once, in this order."""
        with self._reading.connect() as connection:
            by_code = {one.named.code: one.named for one in self._fresh(connection)}
        return tuple(by_code[code] for code in dict.fromkeys(codes) if code in by_code)

    def _fresh(self, connection: Connection) -> tuple[_Entry, ...]:
        version = store.current_version(connection)
        if version != self._version:
            self._entries = tuple(map(_entry, store.documents(connection)))
            self._version = version
        return self._entries


def is_code(text: str) -> bool:
    """Whether it can be the code of a procedure."""
    return CODE.fullmatch(text) is not None


def _entry(document: Document) -> _Entry:
    names = dict.fromkeys(" ".join(tokens(name)) for told in document.names.values() for name in told)
    return _Entry(Named(document.code, document.title, document.everyday), tuple(names))


def _rank(words: list[str], entry: _Entry) -> tuple[bool, bool, int] | None:
    """Everyday ones first, then those with the words in this order, then short names; None where it does not fit."""
    phrase = " ".join(words)
    fitting = [name for name in entry.names if _holds(name, words)]
    if not words or not fitting:
        return None
    return not entry.named.plain, all(phrase not in name for name in fitting), min(map(len, fitting))


def _holds(name: str, words: list[str]) -> bool:
    """Each word begins a word of the name: whoever types has perhaps not finished."""
    begins = f" {name}"
    return all(f" {word}" in begins for word in words)
