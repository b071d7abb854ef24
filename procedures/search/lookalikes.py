"""Procedures whose titles say nearly the same: what each alone says is what a person has to choose by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile

from rapidfuzz import fuzz

from procedures.model import Procedure
from procedures.typed.fold import fold

#: Titles at least this alike (rapidfuzz token_set_ratio) are told apart by their difference.
_ALIKE = 80
#: Words two titles must share at one end before these are left out.
_SHARED = 3


def alike(procedures: Sequence[Procedure]) -> bool:
    """Whether each of several procedures looks like the first."""
    titles = [fold(procedure.title) for procedure in procedures]
    return len(titles) > 1 and all(fuzz.token_set_ratio(titles[0], title) >= _ALIKE for title in titles[1:])


def like(title: str, titles: Mapping[str, str]) -> list[str]:
    """Of titles by code, the codes of those that look like one."""
    wanted = fold(title)
    return [code for code, other in titles.items() if fuzz.token_set_ratio(wanted, fold(other)) >= _ALIKE]


def differences(procedures: Sequence[Procedure]) -> list[str]:
    """For each procedure the shortest text that tells it from the others: its own words for that, or its title's."""
    told = [procedure.differs for procedure in procedures]
    return told if all(told) else _parts([procedure.title.split() for procedure in procedures])


def _parts(titles: Sequence[Sequence[str]]) -> list[str]:
    """Titles without the words that all of them begin and end with; whole titles where that leaves one empty."""
    start = _common(titles)
    end = _common([title[::-1] for title in titles])
    start, end = start if start >= _SHARED else 0, end if end >= _SHARED else 0
    parts = [" ".join(title[start : len(title) - end]) for title in titles]
    return parts if all(parts) else [" ".join(title) for title in titles]


def _common(titles: Sequence[Sequence[str]]) -> int:
    same = takewhile(lambda words: len({fold(word).strip(",.;()") for word in words}) == 1, zip(*titles, strict=False))
    count = sum(1 for _ in same)
    # A title that is the beginning of another says nothing without it.
    return count if count < min(map(len, titles)) else 0
