"""Words that are known to be Vietnamese or English, each with how often it was seen (`make words` counts them)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from procedures.typed.fold import fold

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Words:
    """The known words."""

    #: Accented Vietnamese syllables, tone in its place.
    vietnamese: Mapping[str, int]
    #: The same without accents.
    folded: Mapping[str, int]
    english: Mapping[str, int]


@lru_cache(maxsize=1)
def known() -> Words:
    """The shipped lists."""
    vietnamese = _read(_FOLDER / "vi.tsv")
    folded: Counter[str] = Counter()
    for word, count in vietnamese.items():
        folded[fold(word)] += count
    return Words(vietnamese, folded, _read(_FOLDER / "en.tsv"))


def _read(path: Path) -> dict[str, int]:
    pairs = (line.split("\t") for line in path.read_text("utf-8").splitlines())
    return {word: int(count) for word, count in pairs}
