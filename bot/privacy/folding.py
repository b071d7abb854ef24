"""A text as the finders read it: lower case, no accents, plain digits, and where each letter stands in the original."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from procedures.typed.fold import fold

#: Marks over a letter or around it, and letters that nobody sees.
_NOTHING = frozenset(("Mn", "Me", "Cf", "Cc"))
#: Line ends stay: what stands on two lines is two numbers.
_LINES = frozenset("\n\r\v\f\u2028\u2029")


@dataclass(frozen=True)
class Folded:
    """`plain` is what is searched."""

    text: str
    plain: str
    #: Of each letter of `plain`: its place in `text`.
    places: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Start and end in the original of a part of `plain`, which may not be empty."""
        return self.places[start], self.places[end - 1] + 1

    def original(self, start: int, end: int) -> str:
        """What was typed there."""
        first, last = self.span(start, end)
        return self.text[first:last]


def folded(text: str) -> Folded:
    """Never longer than some times the text; linear."""
    if text.isascii() and text.isprintable():
        return Folded(text, text.lower(), range(len(text)))
    letters = [(part, at) for at, char in enumerate(text) for part in _letter(char)]
    return Folded(text, "".join(part for part, _ in letters), [at for _, at in letters])


@lru_cache(maxsize=1 << 14)
def _letter(char: str) -> str:
    if char in _LINES:
        return "\n"
    category = unicodedata.category(char)
    if char == "\t" or category == "Zs":
        return " "
    if category in _NOTHING:
        return ""
    if category == "Pd":
        return "-"
    digit = unicodedata.digit(char, None)
    return fold(char) if digit is None else str(digit)
