"""A mapping of a seed file looked at strictly: every key known, every value of its type, mistakes with their place."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from pathlib import Path
from typing import NoReturn, TypeVar

from procedures.errors import SeedInvalid
from procedures.importers.seed_yaml import LinedDict, LinedList
from procedures.importers.text import clean

E = TypeVar("E", bound=Enum)

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_KINDS = {dict: "a mapping", list: "a list", str: "a text", bool: "yes or no", type(None): "empty"}
_QUOTES = "put it in quotes"


@dataclass(frozen=True)
class SeedNode:
    """One mapping and where it stands ("ways[0]"). Optional keys read as empty, but may not be written empty."""

    path: Path
    data: LinedDict
    at: str = ""

    def only(self, *keys: str) -> None:
        """Refuses every key that is not listed."""
        for key in self.data:
            if key not in keys:
                self.fail(str(key), "unknown key", meant(str(key), keys))

    def text(self, key: str, *, needed: bool = False) -> str:
        """A clean text."""
        if key not in self.data:
            self._missing(key, needed)
            return ""
        return self._text(key, self.data[key])

    def texts(self, key: str, *, needed: bool = False) -> tuple[str, ...]:
        """A list of clean texts."""
        items = self._items(key, needed)
        return tuple(self._text(f"{key}[{i}]", item) for i, item in enumerate(items))

    def nodes(self, key: str, *, needed: bool = False) -> tuple[SeedNode, ...]:
        """A list of mappings."""
        found = []
        for i, item in enumerate(self._items(key, needed)):
            place = f"{key}[{i}]"
            if not isinstance(item, LinedDict):
                self.fail(place, f"{_kind(item)} where a mapping is wanted", "write it as {key: value}")
            found.append(SeedNode(self.path, item, self.place(place)))
        return tuple(found)

    def node(self, key: str) -> SeedNode:
        """The mapping under a key that must be there."""
        self._missing(key, key not in self.data)
        value = self.data[key]
        if not isinstance(value, LinedDict):
            self.fail(key, f"{_kind(value)} where a mapping is wanted", "write it as {key: value}")
        return SeedNode(self.path, value, self.place(key))

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """All of a mapping from texts to texts."""
        return tuple((self._text(str(key), key), self._text(str(key), value)) for key, value in self.data.items())

    def choices(self, key: str, kind: type[E], *, needed: bool = False) -> tuple[E, ...]:
        """A list of values of an enum."""
        return tuple(self._member(f"{key}[{i}]", t, kind) for i, t in enumerate(self.texts(key, needed=needed)))

    def count(self, key: str) -> int | None:
        """A whole number that is not negative; None where the key is missing."""
        value = self.data.get(key)
        if key not in self.data:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 10**12:
            self.fail(key, "not a whole number", "write it without points, quotes and units")
        return value

    def amount(self, key: str) -> float | None:
        """A number above 0; None where the key is missing."""
        if key not in self.data:
            return None
        value = self.data[key]
        # The loader leaves 3.5 a text, as it does with codes.
        if isinstance(value, bool) or not _NUMBER.fullmatch(str(value)) or not 0 < float(str(value)) < 10_000:
            self.fail(key, "not a number above 0", "write it as 3 or 3.5")
        return float(str(value))

    def choice(self, key: str, kind: type[E], *, needed: bool = False) -> E | None:
        """One of the values of an enum."""
        text = self.text(key, needed=needed)
        return self._member(key, text, kind) if text else None

    def place(self, key: str) -> str:
        """The full name of a key here."""
        return f"{self.at}.{key}" if self.at and key else self.at or key

    def fail(self, key: str, reason: str, suggestion: str = "") -> NoReturn:
        """Raises SeedInvalid for a key here."""
        raise SeedInvalid(self.path, self.place(key), reason, suggestion, self._line(key))

    def _line(self, key: str) -> int:
        """The line of a key, or of the item that "key[2]" names; that of the first key here for one that is missing."""
        name, _, index = key.removesuffix("]").partition("[")
        value = self.data.get(name)
        if isinstance(value, LinedList) and index.isdecimal():
            return value.lines[int(index)]
        return self.data.lines.get(key) or self.data.lines.get(name) or min(self.data.lines.values(), default=0)

    def _member(self, key: str, text: str, kind: type[E]) -> E:
        values = [str(member.value) for member in kind]
        if text not in values:
            self.fail(key, f'"{text}" is not one of {", ".join(values)}', meant(text, values))
        return kind(text)

    def _text(self, key: str, value: object) -> str:
        if not isinstance(value, str):
            self.fail(key, f"{_kind(value)} where a text is wanted", "leave the key out" if value is None else _QUOTES)
        text = clean(value)
        return text or self.fail(key, "the text is empty", "leave the key out")

    def _items(self, key: str, needed: bool) -> list[object]:
        if key not in self.data:
            self._missing(key, needed)
            return []
        value = self.data[key]
        if not isinstance(value, list):
            self.fail(key, f"{_kind(value)} where a list is wanted", 'start each item with "- "')
        return value or self.fail(key, "the list is empty", "leave the key out")

    def _missing(self, key: str, needed: bool) -> None:
        if needed:
            self.fail(key, "missing", "see 1.001193.yml for the shape")


def _kind(value: object) -> str:
    return _KINDS.get(type(value), "a number")


def meant(word: str, known: Collection[str]) -> str:
    """Advice for a word that is not among the known ones."""
    close = get_close_matches(word, known, n=1)
    return f'did you mean "{close[0]}"?' if close else f"known here: {', '.join(list(known)[:30])}"
