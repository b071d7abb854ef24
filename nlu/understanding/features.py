"""A message as numbers: words and their pairs, pieces of words against typos, and how the message ends."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from procedures.typed.fold import fold

Floats = NDArray[np.float32]
#: Each Chinese character is a word.
_WORD = r"[^\W_\u3400-\u9fff]+|[\u3400-\u9fff]"
_WORDS = re.compile(_WORD)
#: What is asked stands at the end, whatever was told before.
_END = 6
#: Weight of a cue beside rows of length 1.
_SAID = 0.5


def ending(text: str) -> str:
    """The last words of a message."""
    return " ".join(_WORDS.findall(text)[-_END:])


class Cues:
    """Words that tell what is asked. A long story does not thin them out: each that occurs counts in full."""

    #: Words from the end within which a cue counts as said last.
    _LATE = 9

    def __init__(self, patterns: Mapping[str, Sequence[str]]) -> None:
        """`patterns`: regular expressions over folded text by the name of the cue."""
        self._patterns = {name: re.compile("|".join(found)) for name, found in patterns.items()}

    def rows(self, texts: Sequence[str]) -> csr_matrix:
        """Three columns a cue: it occurs, it occurs near the end, no other cue comes after it."""
        return csr_matrix([self._row(fold(text)) for text in texts], dtype=np.float32)

    def _row(self, text: str) -> list[float]:
        tail = " ".join(_WORDS.findall(text)[-self._LATE :])
        ends = [
            max((found.end() for found in pattern.finditer(text)), default=0) for pattern in self._patterns.values()
        ]
        last = max(ends)
        near = [bool(pattern.search(tail)) for pattern in self._patterns.values()]
        return [_SAID * float(sign) for sign in (*(end > 0 for end in ends), *near, *(0 < end == last for end in ends))]


def _end(pattern: re.Pattern[str], text: str) -> int:
    """Where the last match ends; 0 for none."""
    return max((found.end() for found in pattern.finditer(text)), default=0)


class Features:
    """TF-IDF of words, of pieces of words and, if there are `cues`, of the last words apart, and the cues."""

    def __init__(self, cues: Cues | None) -> None:
        self._cues = cues
        self._parts = [
            _vectorizer(token_pattern=_WORD, ngram_range=(1, 2), min_df=2),
            _vectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=4, max_features=40_000),
        ]
        if cues:
            self._parts.append(_vectorizer(token_pattern=_WORD, ngram_range=(1, 3), min_df=2, preprocessor=ending))

    def learn(self, texts: Sequence[str]) -> csr_matrix:
        """Takes up the vocabulary of lower-case texts, and returns their rows."""
        return self._joined([part.fit_transform(texts) for part in self._parts], texts)

    def rows(self, texts: Sequence[str]) -> csr_matrix:
        """Rows of other texts."""
        return self._joined([part.transform(texts) for part in self._parts], texts)

    def _joined(self, rows: list[csr_matrix], texts: Sequence[str]) -> csr_matrix:
        cues = [self._cues.rows(texts)] if self._cues else []
        return hstack([*rows, *cues]).tocsr()


def _vectorizer(**options: str | int | tuple[int, int] | Callable[[str], str]) -> TfidfVectorizer:
    return TfidfVectorizer(sublinear_tf=True, dtype=np.float32, **options)
