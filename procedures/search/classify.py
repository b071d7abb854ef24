"""A classifier over the everyday procedures: it has seen how each is asked for, and knows words that no name holds.

It learns from names and known questions whenever an index is built, in under a second, so a new procedure or a new
question needs no training of anything else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import SGDClassifier

from procedures.search.postings import Floats
from procedures.search.tfidf import Tfidf, matrix
from procedures.typed.fold import bigrams

#: Strength of regularisation and passes; set by leaving known questions out (tests/benchmarks/learn.py).
_ALPHA, _PASSES = 1e-5, 10
#: How far apart shares are for margins that are one apart.
_SOFTNESS = 0.3


def traits(syllables: Sequence[str]) -> list[str]:
    """What the classifier looks at: syllables, their pairs, and pieces of syllables against typos."""
    pieces = [
        f"_{padded[i : i + n]}" for padded in _padded(syllables) for n in (3, 4) for i in range(len(padded) - n + 1)
    ]
    return [*syllables, *bigrams(syllables), *pieces]


class Classifier:
    """Which of several classes a text belongs to, each judged on its own."""

    def __init__(self, texts: Sequence[Sequence[str]], classes: Sequence[int], total: int) -> None:
        """`texts` are syllables, `classes` the number of each text's class, `total` how many numbers there are."""
        self._total = total
        self._classes = sorted(set(classes))
        if len(self._classes) < 3:
            self._classes = []
            return
        counts = [Counter(traits(text)) for text in texts]
        self._tfidf = Tfidf(counts)
        model = SGDClassifier(loss="log_loss", alpha=_ALPHA, max_iter=_PASSES, tol=None, random_state=1)
        model.fit(matrix(map(self._tfidf.row, counts), self._tfidf.width), classes)
        self._weights = np.ascontiguousarray(model.coef_.T, dtype=np.float32)
        self._bias = model.intercept_.astype(np.float32)

    @classmethod
    def of(cls, features: Sequence[str], arrays: Mapping[str, Any]) -> Classifier:
        """What `features` and `arrays` gave."""
        made = cls((), (), int(arrays["total"]))
        made._classes = arrays["classes"].tolist()
        made._tfidf = Tfidf.of(features, arrays["rarity"])
        made._weights, made._bias = arrays["weights"], arrays["bias"]
        return made

    def features(self) -> list[str]:
        """What it looks at, by column."""
        return self._tfidf.features()

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All else that was learnt; nothing where there was too little to learn."""
        if not self._classes:
            return {}
        learnt = {"rarity": self._tfidf.rarity, "weights": self._weights, "bias": self._bias}
        return {**learnt, "classes": np.array(self._classes), "total": np.array(self._total)}

    def renumbered(self, numbers: Mapping[int, int], total: int) -> Classifier:
        """The same, where classes have other numbers of another total."""
        other = copy(self)
        other._total, other._classes = total, [numbers[number] for number in self._classes]
        return other

    def score(self, syllables: Sequence[str]) -> tuple[Floats, Floats]:
        """For each class number how likely it is by itself, and its share among all classes; from 0 to 1.

        Numbers that are no class have 0.
        """
        alone, share = np.zeros(self._total, dtype=np.float32), np.zeros(self._total, dtype=np.float32)
        if self._classes:
            columns, values = self._tfidf.row(Counter(traits(syllables)))
            margins = values @ self._weights[columns] + self._bias
            alone[self._classes] = 1 / (1 + np.exp(-margins))
            odds = np.exp(_SOFTNESS * (margins - margins.max()))
            share[self._classes] = odds / odds.max()
        return alone, share


def _padded(syllables: Sequence[str]) -> list[str]:
    return [f" {syllable} " for syllable in syllables]
