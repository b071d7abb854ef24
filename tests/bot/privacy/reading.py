"""The corpus as it is read: lines with {kind:span} marks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from bot.privacy.masking import Found, Kind, find

CORPUS = Path(__file__).with_name("corpus")
_MARK = re.compile(r"\{([a-z_]+):([^}]*)\}")


@dataclass(frozen=True)
class Line:
    """A text and what is to be found in it."""

    text: str
    wanted: tuple[Found, ...]


@dataclass(frozen=True)
class Score:
    """How well some lines were read."""

    wanted: int
    missed: tuple[str, ...]
    lines: int
    false: tuple[str, ...]
    #: Spans that were found, and are said to be of another kind.
    other_kind: tuple[str, ...]

    @property
    def recall(self) -> float:
        """Share of the wanted spans that were found whole."""
        return 1 - len(self.missed) / self.wanted if self.wanted else 1.0

    @property
    def false_share(self) -> float:
        """Share of the lines in which something was masked that should stay."""
        return len(self.false) / self.lines


def lines(name: str) -> list[Line]:
    """Lines of a file of the corpus."""
    told = (CORPUS / name).read_text("utf-8").splitlines()
    return [_line(one) for one in told if one and not one.startswith("#")]


def _line(marked: str) -> Line:
    text, wanted, at = "", list[Found](), 0
    for mark in _MARK.finditer(marked):
        text += marked[at : mark.start()]
        wanted.append(Found(Kind(mark[1]), len(text), len(text) + len(mark[2])))
        text, at = text + mark[2], mark.end()
    return Line(text + marked[at:], tuple(wanted))


#: Letters by which a mask may be longer than the number: a bracket, a plus, a word of a date.
_LOOSE = 5


def score(read: list[Line]) -> Score:
    """Looks for what each line holds."""
    missed, false, other = list[str](), list[str](), list[str]()
    for line in read:
        found = find(line.text)
        for want in line.wanted:
            over = [one for one in found if one.start <= want.start and want.end <= one.end]
            missed += [f"{want.kind.value}: {line.text}"] * (not over)
            other += [
                f"{want.kind.value} as {one.kind.value}: {line.text}" for one in over if one.kind is not want.kind
            ]
        if any(not _wanted(one, line) for one in found):
            false.append(line.text)
    return Score(sum(len(line.wanted) for line in read), tuple(missed), len(read), tuple(false), tuple(other))


def _wanted(one: Found, line: Line) -> bool:
    """Whether a span is one of those that are wanted, or several, and hardly anything more."""
    inside = [want for want in line.wanted if want.start < one.end and one.start < want.end]
    return bool(inside) and one.end - one.start - sum(want.end - want.start for want in inside) <= _LOOSE
