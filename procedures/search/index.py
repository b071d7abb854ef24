"""The index: every name of every procedure, scored against what a citizen typed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process

from procedures.search.fold import accented, bigrams, fold, ngrams, tokens
from procedures.search.postings import Floats, Postings
from procedures.search.query import has_code, matter
from procedures.search.rank import CANDIDATES, FAINT, Closeness, Words, closeness, weigh


@dataclass(frozen=True)
class Document:
    """What search knows of one procedure."""

    code: str
    title: str
    #: Further names: official title, aliases.
    names: tuple[str, ...] = ()
    #: Somebody wrote it in plain words because many people need it.
    everyday: bool = False


@dataclass(frozen=True)
class Hit:
    """One procedure found; score from 0 to 1."""

    code: str
    score: float
    #: False where only a part of its best name was said, or a part of a short question stays unexplained.
    sure: bool = True


class Index:
    """An immutable index. Building takes about 2 s for 5,652 procedures, a search some milliseconds."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = list(documents)
        self._codes = {document.code for document in documents}
        names = [(i, name) for i, document in enumerate(documents) for name in _names(document)]
        self._owner = np.array([i for i, _ in names], dtype=np.int32)
        folded = [list(matter(name).syllables) or tokens(name) for _, name in names]
        self._words = Postings([syllables + bigrams(syllables) for syllables in folded])
        self._grams = Postings([ngrams(syllables) for syllables in folded])
        self._names = [
            weigh(syllables, frozenset(accented(name)), self._words.rarity)
            for syllables, (_, name) in zip(folded, names, strict=True)
        ]
        self._kin = _kin(self._owner.tolist(), folded)
        self._syllables = sorted({syllable for syllables in folded for syllable in syllables})

    def __len__(self) -> int:
        return len(self._documents)

    def search(self, text: str, limit: int = 5) -> list[Hit]:
        """Best procedures first, each once; empty if the text names no matter."""
        code = has_code(text)
        if code in self._codes:
            return [Hit(str(code), 1.0)]
        said = matter(text)
        syllables = self._mend(said.syllables)
        if not syllables:
            return []

        def rarity(feature: str) -> float:
            return self._words.rarity(feature) * (FAINT if feature in said.faint else 1.0)

        query = weigh(syllables, frozenset(accented(text)), rarity)
        return self._rank(query, self._candidates(syllables))[:limit]

    def _rank(self, query: Words, candidates: list[int]) -> list[Hit]:
        best: dict[int, Closeness] = {}
        for number in candidates:
            owner = int(self._owner[number])
            close = closeness(self._names[number], query, self._kin[owner], self._documents[owner].everyday)
            best[owner] = max(best.get(owner, close), close)
        ranked = sorted(best.items(), key=lambda pair: -pair[1].score)
        return [Hit(self._documents[owner].code, close.score, close.sure) for owner, close in ranked]

    def _candidates(self, query: list[str]) -> list[int]:
        words = _unit(self._words.score(query + bigrams(query)))
        both = words + 0.6 * _unit(self._grams.score(ngrams(query)))
        count = min(CANDIDATES, len(both))
        top = np.argpartition(-both, count - 1)[:count] if count else np.array([], dtype=np.int64)
        return [int(name) for name in top if both[name] > 0]

    def _mend(self, query: Sequence[str]) -> list[str]:
        """Replaces a mistyped syllable by the nearest known one, and parts syllables run together."""
        return [part for syllable in query for part in self._mended(syllable)]

    def _mended(self, syllable: str) -> list[str]:
        if syllable in self._words or len(syllable) < 4 or not syllable.isalpha():
            return [syllable]
        parted = self._part(syllable)
        if parted:
            return parted
        near = process.extractOne(syllable, self._syllables, scorer=fuzz.ratio, score_cutoff=74)
        return [near[0]] if near else [syllable]

    def _part(self, run: str) -> list[str]:
        """Fewest known syllables (of two letters or more) that make up the run; empty if none do."""
        best: list[list[str] | None] = [[]] + [None] * len(run)
        for end in range(2, len(run) + 1):
            for start in range(max(0, end - 7), end - 1):
                head = best[start]
                if head is not None and run[start:end] in self._words:
                    tail = best[end]
                    if tail is None or len(head) + 1 < len(tail):
                        best[end] = [*head, run[start:end]]
        return best[-1] or []


def _names(document: Document) -> list[str]:
    unique = {fold(name): name for name in (document.title, *document.names) if name}
    return list(unique.values())


def _kin(owners: list[int], folded: Sequence[Sequence[str]]) -> dict[int, frozenset[str]]:
    """Syllables of all names of each document."""
    kin: defaultdict[int, set[str]] = defaultdict(set)
    for owner, syllables in zip(owners, folded, strict=True):
        kin[owner].update(syllables)
    return {owner: frozenset(syllables) for owner, syllables in kin.items()}


def _unit(scores: Floats) -> Floats:
    top = float(scores.max()) if len(scores) else 0.0
    return scores / top if top > 0 else scores
