"""Mistyped syllables mended: runs parted, the nearest known one taken. Keystrokes are undone in procedures.typed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rapidfuzz import fuzz, process

from procedures.typed.runs import part

#: Shortest syllable that is worth mending, and how near a known one must be (rapidfuzz ratio).
_SHORTEST, _NEAR = 4, 74


class Mender:
    """Knows the syllables of all names."""

    def __init__(self, known: Collection[str]) -> None:
        self._known = frozenset(known)
        self._sorted = sorted(syllable for syllable in known if syllable.isalpha() and syllable.isascii())

    def mend(self, syllables: Sequence[str]) -> list[str]:
        """The syllables, unknown ones replaced by known ones where any is near."""
        return [part for syllable in syllables for part in self._mended(syllable)]

    def _mended(self, syllable: str) -> list[str]:
        if syllable in self._known or not syllable.isalnum() or syllable.isdecimal():
            return [syllable]
        if len(syllable) < _SHORTEST or not syllable.isalpha():
            return [syllable]
        parted = part(syllable, self._known.__contains__)
        if parted:
            return parted
        near = process.extractOne(syllable, self._sorted, scorer=fuzz.ratio, score_cutoff=_NEAR)
        return [near[0]] if near else [syllable]
