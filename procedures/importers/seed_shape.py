"""A mapping of a seed file looked at strictly: every key known, every value of its type, mistakes with their place."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from pathlib import Path
from typing import NoReturn, TypeVar

from procedures.errors import SeedInvalid
from procedures.importers.text import clean

E = TypeVar("E", bound=Enum)

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_KINDS = {dict: "a mapping", list: "a list", str: "a text", bool: "yes or no", type(None): "empty"}
_QUOTES = "put it in quotes"


@dataclass(frozen=True)
class SeedNode:
    """One mapping and where it stands ("ways[0]"). Optional keys read as empty, but may not be written empty."""

    path: Path
    data: Mapping[object, object]
    at: str = ""

    def only(self, *keys: str) -> None:
        """Refuses every key that is not listed."""
        for key in self.data:
            if key not in keys:
                self.fail(str(key), "unknown key", _meant(str(key), keys))

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
            if not isinstance(item, dict):
                self.fail(place, f"{_kind(item)} where a mapping is wanted", "write it as {key: value}")
            found.append(SeedNode(self.path, item, self.place(place)))
        return tuple(found)

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
        values = [str(member.value) for member in kind]
        if text and text not in values:
            self.fail(key, f'"{text}" is not one of {", ".join(values)}', _meant(text, values))
        return kind(text) if text else None

    def place(self, key: str) -> str:
        """The full name of a key here."""
        return f"{self.at}.{key}" if self.at and key else self.at or key

    def fail(self, key: str, reason: str, suggestion: str = "") -> NoReturn:
        """Raises SeedInvalid for a key here."""
        raise SeedInvalid(self.path, self.place(key), reason, suggestion)

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


def _meant(word: str, known: Collection[str]) -> str:
    close = get_close_matches(word, known, n=1)
    return f'did you mean "{close[0]}"?' if close else f"known here: {', '.join(known)}"
