"""Text in lines that fit: Latin breaks between words, Chinese between characters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_HAN = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
#: What never ends a line, and what never begins one.
_OPENING, _CLOSING = "（《「『【〈“‘", "，。、；：！？）》」』】〉”’·…"
#: What stays together: a word or one character, with the signs that belong to it; or what lies between words.
_PIECE = re.compile(
    rf"\s+|[{_OPENING}]*(?:[{_HAN}]|[^\s{_HAN}{_OPENING}{_CLOSING}]+)[{_CLOSING}]*|[{_OPENING}{_CLOSING}]+"
)
Measure = Callable[[str], float]


def wrapped(text: str, measure: Measure, room: Callable[[int], float]) -> Iterator[str]:
    """The lines of a text. `measure`: how wide something is; `room`: how wide a line may be, by its number from 0.

    What is wider than a line all by itself is broken anywhere.
    """
    number = 0
    for paragraph in text.split("\n"):
        line = ""
        for piece in _PIECE.findall(paragraph):
            if line and measure((line + piece).rstrip()) > room(number):
                yield line.rstrip()
                line, number = "", number + 1
            line = (line + piece).lstrip()
            while measure(line.rstrip()) > room(number) and len(line) > 1:
                head = _head(line, measure, room(number))
                yield head
                line, number = line[len(head) :], number + 1
        yield line.rstrip()
        number += 1


def _head(line: str, measure: Measure, width: float) -> str:
    """As much as fits; at least one character."""
    most = len(line)
    while most > 1 and measure(line[:most]) > width:
        most -= 1
    return line[:most]
