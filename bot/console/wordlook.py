"""What somebody has chosen to see of all phrases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from bot.console import words
from bot.console.words import Phrase
from procedures.typed.fold import fold

#: What a list can be narrowed to, beside how phrases stand.
_OUTDATED, _SPOKEN = "outdated", "spoken"
SHOWN = (words.PROGRAM, words.DRAFT, words.REVIEWED, words.NONE, _OUTDATED, _SPOKEN)


@dataclass(frozen=True)
class Look:
    """A language, and how it is narrowed."""

    language: str = "vi"
    book: str = ""
    #: Of SHOWN, or empty.
    shown: str = ""
    #: Words that are looked for, with or without accents; a key counts too.
    asked: str = ""
    page: int = 1

    def among(self, every: Iterable[Phrase]) -> list[Phrase]:
        """Those of all that fit, in their order."""
        wanted = fold(self.asked).strip()
        return [one for one in every if self._fits(one) and (not wanted or _holds(one, wanted))]

    def _fits(self, one: Phrase) -> bool:
        if self.book and one.name.book != self.book:
            return False
        if self.shown == _OUTDATED:
            return one.outdated
        if self.shown == _SPOKEN:
            return bool(one.speaker)
        return not self.shown or one.status == self.shown


def _holds(one: Phrase, wanted: str) -> bool:
    return any(wanted in _folded(told) for told in (one.name.key, one.vietnamese, one.text))


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    """Folding is the slow part of a search, and phrases are always the same."""
    return fold(text)
