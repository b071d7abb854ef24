"""A JSON object looked at with care: every value is checked for its type before it is used."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

#: Above this no fee, number of days or time stamp makes sense.
_LARGEST = 1e15
_KINDS = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "nothing"}


class Malformed(ValueError):
    """A record that cannot be read; the message is the reason."""


def kind(value: object) -> str:
    """What a JSON value is, in words."""
    return _KINDS.get(type(value), "a number")


@dataclass(frozen=True)
class Node:
    """One JSON object and where it stands ("executionMethods[0]"). Missing keys and null read as empty."""

    data: Mapping[str, object]
    at: str = ""

    def text(self, key: str) -> str:
        """A text, as it stands."""
        value = self.data.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self._wrong(key, value, "a text")
        return value

    def flag(self, key: str) -> bool:
        """A yes or no; missing is no."""
        value = self.data.get(key)
        if value is not None and not isinstance(value, bool):
            raise self._wrong(key, value, "true or false")
        return bool(value)

    def number(self, key: str) -> float | None:
        """A number that is not negative, or None."""
        value = self.data.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self._wrong(key, value, "a number")
        if not 0 <= value <= _LARGEST or math.isnan(value):
            raise Malformed(f"{self.path(key)} is out of range")
        return float(value)

    def count(self, key: str) -> int:
        """A whole number; missing is 0."""
        value = self.number(key) or 0.0
        if value != int(value):
            raise Malformed(f"{self.path(key)} is no whole number")
        return int(value)

    def node(self, key: str) -> Node:
        """An object; missing is empty."""
        value = self.data.get(key)
        if value is None:
            return Node({}, self.path(key))
        if not isinstance(value, Mapping):
            raise self._wrong(key, value, "an object")
        return Node(value, self.path(key))

    def nodes(self, key: str) -> list[Node]:
        """A list of objects."""
        value = self.data.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self._wrong(key, value, "a list")
        return [self._item(key, i, item) for i, item in enumerate(value)]

    def path(self, key: str) -> str:
        """The full name of a key here."""
        return f"{self.at}.{key}" if self.at else key

    def _item(self, key: str, index: int, item: object) -> Node:
        if not isinstance(item, Mapping):
            raise self._wrong(f"{key}[{index}]", item, "an object")
        return Node(item, self.path(f"{key}[{index}]"))

    def _wrong(self, key: str, value: object, wanted: str) -> Malformed:
        return Malformed(f"{self.path(key)} is {kind(value)}, not {wanted}")
