"""A message as numbers: words and their pairs, pieces of words against typos, and how the message ends."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from procedures.typed.fold import fold
from procedures.typed.normalise import normalise

Floats = NDArray[np.float32]
#: Each Chinese character is a word.
_WORD = r"[^\W_\u3400-\u9fff]+|[\u3400-\u9fff]"
_WORDS = re.compile(_WORD)
#: What is asked stands at the end, whatever was told before.
_END = 6
#: Weight of a cue beside rows of length 1.
_SAID = 0.5


#: A number of some length: whose telephone or file it is says nothing of what is asked.
_NUMBER = re.compile(r"\d(?:[\d.,/-]{2,}\d)")


def plain(text: str) -> str:
    """What is learnt from and looked at: the normal form in lower case, long numbers made alike."""
    return _NUMBER.sub("0", normalise(text).text.lower())


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
        ends = [_end(pattern, text) for pattern in self._patterns.values()]
        last = max(ends)
        near = [bool(pattern.search(tail)) for pattern in self._patterns.values()]
        return [_SAID * float(sign) for sign in (*(end > 0 for end in ends), *near, *(0 < end == last for end in ends))]


def _end(pattern: re.Pattern[str], text: str) -> int:
    """Where the last match ends; 0 for none."""
    return max((found.end() for found in pattern.finditer(text)), default=0)


class Features:
    """TF-IDF of words and of pieces of words: what every stage looks at."""

    def __init__(self) -> None:
        self._parts = [
            _vectorizer(token_pattern=_WORD, ngram_range=(1, 2), min_df=2),
            _vectorizer(analyzer="char_wb", ngram_range=(2, 4), min_df=4, max_features=30_000),
        ]

    def learn(self, texts: Sequence[str]) -> csr_matrix:
        """Takes up the vocabulary of lower-case texts, and returns their rows."""
        return hstack([part.fit_transform(texts) for part in self._parts]).tocsr()

    def rows(self, texts: Sequence[str]) -> csr_matrix:
        """One row a text, each part of length 1."""
        return hstack([part.transform(texts) for part in self._parts]).tocsr()


class Ends:
    """What tells the aspect besides: TF-IDF of the last words apart, and the cues."""

    def __init__(self, texts: Sequence[str], cues: Cues) -> None:
        self._cues = cues
        self._last = _vectorizer(token_pattern=_WORD, ngram_range=(1, 3), min_df=2, preprocessor=ending)
        self._last.fit(texts)

    def rows(self, texts: Sequence[str]) -> csr_matrix:
        """One row a text."""
        return hstack([self._last.transform(texts), self._cues.rows(texts)]).tocsr()


class Strange:
    """Words that no bare follow-up holds: they may name a matter, known to anybody or not."""

    #: Follow-ups that a word must stand in to be one of theirs.
    _OFTEN = 3
    #: Words, strange ones and all, beyond which one more says nothing.
    _MOST, _LONG = 4, 12

    def __init__(self, bare: Sequence[str]) -> None:
        held = Counter(word for text in bare for word in set(_WORDS.findall(text)))
        self._known = frozenset(word for word, often in held.items() if often >= self._OFTEN)

    def rows(self, texts: Sequence[str]) -> csr_matrix:
        """How many words are strange, and how many there are; shares of what counts."""
        return csr_matrix([self._row(_WORDS.findall(text)) for text in texts], dtype=np.float32)

    def _row(self, words: Sequence[str]) -> tuple[float, float]:
        strange = sum(word not in self._known for word in words)
        return min(self._MOST, strange) / self._MOST, min(self._LONG, len(words)) / self._LONG


def _vectorizer(**options: str | int | tuple[int, int] | Callable[[str], str]) -> TfidfVectorizer:
    return TfidfVectorizer(sublinear_tf=True, dtype=np.float32, **options)
