"""Processing times of a portal record."""

from __future__ import annotations

import re
from typing import NamedTuple

from procedures.importers import phrases
from procedures.importers.shape import Node
from procedures.importers.text import clean, raw_lines, unbullet
from procedures.model import TimeUnit

_UNITS = {unit.name: unit for unit in TimeUnit}
_BY_WORD = {word: unit for unit, word in phrases.UNIT_WORDS.items()}
#: A longer sentence is a procedure, not a time; it stays in the note.
_LONGEST = 200


class Time(NamedTuple):
    """Text for people; amount in units, both None where no single figure can be trusted."""

    text: str = ""
    amount: float | None = None
    unit: TimeUnit | None = None


def time(method: Node) -> Time:
    """The time of one execution method: from its figure, or from its text where the unit is OTHER."""
    amount = method.number("processingTime")
    unit = _UNITS.get(method.text("processingTimeUnit"))
    if amount and unit:
        return _of(amount, unit)
    return _read(method.text("description"))


def _of(amount: float, unit: TimeUnit) -> Time:
    return Time(phrases.duration(amount, unit), amount, unit)


def _read(description: str) -> Time:
    """One figure is a time; several are told in words, without an amount."""
    sentences = [part for line in raw_lines(description) for part in re.split(r"(?<=[.;])\s", unbullet(line))]
    found = [(match, sentence) for sentence in sentences for match in phrases.TIME.finditer(sentence)]
    times = dict.fromkeys(_figure(match) for match, _ in found)
    if len(times) == 1:
        return _of(*next(iter(times)))
    if found:
        return Time(_several(description, list(dict.fromkeys(sentence for _, sentence in found))))
    same_day = next((match for match in map(phrases.SAME_DAY.search, sentences) if match), None)
    return Time(same_day.group() if same_day else "")


def _figure(match: re.Match[str]) -> tuple[float, TimeUnit]:
    return float(match["amount"].replace(",", ".")), _BY_WORD[match["unit"].casefold()]


def _several(description: str, sentences: list[str]) -> str:
    """The total where the text gives one before its parts, else every sentence with a figure, if they are short."""
    total, *_ = phrases.IN_DETAIL.split(sentences[0])
    rest = clean(description).partition(sentences[0])[2]
    if total != sentences[0] or phrases.IN_DETAIL.match(rest):
        return _short(total)
    return _short("; ".join(sentence.strip(" .;:") for sentence in sentences))


def _short(text: str) -> str:
    text = text.strip(" .,;:")
    return text if len(text) <= _LONGEST else ""
