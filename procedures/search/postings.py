"""Postings: which documents hold a feature, and how much it weighs there."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


class Postings:
    """Documents by feature, weighted by BM25 (k1, b), scored by adding up whole columns at once."""

    def __init__(self, documents: Sequence[Sequence[str]], k1: float = 0.9, b: float = 0.6) -> None:
        self.size = len(documents)
        counts = [Counter(document) for document in documents]
        self._vocabulary = _number({feature for count in counts for feature in count})
        rows, columns, frequencies = self._triples(counts)
        held = np.bincount(columns, minlength=len(self._vocabulary))
        self.idf: Floats = np.log1p((self.size - held + 0.5) / (held + 0.5)).astype(np.float32)
        lengths = np.array([max(len(document), 1) for document in documents], dtype=np.float32)
        norm = k1 * (1 - b + b * lengths / max(float(lengths.mean()) if self.size else 1.0, 1.0))
        weights = self.idf[columns] * frequencies * (k1 + 1) / (frequencies + norm[rows])
        order = np.argsort(columns, kind="stable")
        self._documents: Ints = rows[order]
        self._weights: Floats = weights[order].astype(np.float32)
        self._starts = np.concatenate([[0], np.cumsum(held)])
        self._unseen = math.log1p((self.size + 0.5) / 0.5) if self.size else 1.0

    def _triples(self, counts: Sequence[Counter[str]]) -> tuple[Ints, Ints, Floats]:
        rows = np.repeat(np.arange(len(counts), dtype=np.int32), [len(count) for count in counts])
        number = self._vocabulary
        columns = np.array([number[feature] for count in counts for feature in count], dtype=np.int32)
        frequencies = np.array([n for count in counts for n in count.values()], dtype=np.float32)
        return rows, columns, frequencies

    def __contains__(self, feature: str) -> bool:
        return feature in self._vocabulary

    def rarity(self, feature: str) -> float:
        """Inverse document frequency; a feature that no document holds counts as the rarest."""
        number = self._vocabulary.get(feature)
        return self._unseen if number is None else float(self.idf[number])

    def score(self, features: Mapping[str, float]) -> Floats:
        """Sum of weights for each document, in document order; each feature counts as much as its value."""
        held = [(self._span(feature), share) for feature, share in features.items() if feature in self._vocabulary]
        if not held:
            return np.zeros(self.size, dtype=np.float32)
        documents = np.concatenate([self._documents[span] for span, _ in held])
        weights = np.concatenate([self._weights[span] * np.float32(share) for span, share in held])
        return np.bincount(documents, weights=weights, minlength=self.size).astype(np.float32)

    def _span(self, feature: str) -> slice:
        number = self._vocabulary[feature]
        return slice(int(self._starts[number]), int(self._starts[number + 1]))


def _number(features: Iterable[str]) -> dict[str, int]:
    return {feature: number for number, feature in enumerate(sorted(features))}
