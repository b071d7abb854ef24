"""TF-IDF for one text as fast as for many: counted features as sparse rows of length 1, the rarer the heavier."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

#: Columns and their values.
Row = tuple[NDArray[np.int32], NDArray[np.float32]]


class Tfidf:
    """Knows which features there are, and how rare each is."""

    def __init__(self, counts: Sequence[Mapping[str, int]], least: int = 1, most: int | None = None) -> None:
        """`counts`: features of each text. Kept are those in `least` texts, the `most` commonest."""
        held = Counter(feature for count in counts for feature in count)
        kept = [feature for feature, texts in held.items() if texts >= least]
        kept = sorted(sorted(kept, key=lambda feature: (-held[feature], feature))[:most])
        texts = np.array([held[feature] for feature in kept], dtype=np.float32)
        self._know(kept, (np.log((1 + len(counts)) / (1 + texts)) + 1).astype(np.float32))

    @classmethod
    def of(cls, features: Sequence[str], rarity: NDArray[np.float32]) -> Tfidf:
        """One that knows these features by column, and how rare each is."""
        made = cls(())
        made._know(features, rarity)
        return made

    def _know(self, features: Sequence[str], rarity: NDArray[np.float32]) -> None:
        self._columns = {feature: column for column, feature in enumerate(features)}
        self.rarity = rarity
        self.width = len(features)

    def features(self) -> list[str]:
        """By column."""
        return list(self._columns)

    def row(self, count: Mapping[str, int]) -> Row:
        """Of one text; features that are not known are left out."""
        known = [(column, n) for feature, n in count.items() if (column := self._columns.get(feature)) is not None]
        columns = np.array([column for column, _ in known], dtype=np.int32)
        values = (1 + np.log(np.array([n for _, n in known], dtype=np.float32))) * self.rarity[columns]
        length = float(np.sqrt(values @ values)) or 1.0
        return columns, values / np.float32(length)


def joined(rows: Sequence[Row], widths: Sequence[int]) -> Row:
    """Rows of several families of features, of these widths, as one."""
    starts = np.cumsum([0, *widths[:-1]])
    columns = [columns + np.int32(start) for (columns, _), start in zip(rows, starts, strict=True)]
    return np.concatenate(columns), np.concatenate([values for _, values in rows])


def matrix(rows: Iterable[Row], width: int) -> csr_matrix:
    """Rows under one another."""
    rows = list(rows)
    ends = np.cumsum([0, *(len(columns) for columns, _ in rows)])
    columns = np.concatenate([columns for columns, _ in rows])
    values = np.concatenate([values for _, values in rows])
    return csr_matrix((values, columns, ends), shape=(len(rows), width))


def margins(rows: Sequence[Row], coefficients: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each row times a column of coefficients or several. For one text a sparse matrix costs more than the sum."""
    return np.array([values @ coefficients[columns] for columns, values in rows])
