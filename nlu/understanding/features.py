"""A message as numbers: words and their pairs, pieces of words against typos, and how the message ends."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from procedures.search.tfidf import Row, Tfidf, joined, matrix
from procedures.typed.fold import fold
from procedures.typed.normalise import normalise

Floats = NDArray[np.float32]
#: Each Chinese character is a word.
_WORDS = re.compile(r"[^\W_\u3400-\u9fff]+|[\u3400-\u9fff]")
#: What is asked stands at the end, whatever was told before.
_END = 6
#: Weight of a cue beside rows of length 1.
_SAID = 0.5
#: Examples that a word, a piece of a word or an ending must stand in to be kept, and how many pieces are.
_WORD_KEPT, _PIECE_KEPT, _ENDING_KEPT, _PIECES = 2, 4, 2, 30_000

#: A number of some length: whose telephone or file it is says nothing of what is asked.
_NUMBER = re.compile(r"\d(?:[\d.,/-]{2,}\d)")


def plain(text: str) -> str:
    """What is learnt from and looked at: the normal form in lower case, long numbers made alike."""
    return _NUMBER.sub("0", normalise(text).text.lower())


class Family(Protocol):
    """A kind of features: texts in normal form, lower case, to rows of one width."""

    width: int

    def row(self, text: str) -> Row:
        """What stands in which column."""


def rows(texts: Sequence[str], *families: Family) -> csr_matrix:
    """One row a text, the families side by side."""
    widths = [family.width for family in families]
    return matrix((joined([family.row(text) for family in families], widths) for text in texts), sum(widths))


def beside(found: Sequence[Row], width: int, texts: Sequence[str], *families: Family) -> list[Row]:
    """Rows of this width, and beside each what more families see in its text."""
    widths = [width, *(family.width for family in families)]
    return [
        joined([row, *(family.row(text) for family in families)], widths)
        for row, text in zip(found, texts, strict=True)
    ]


class Features:
    """TF-IDF of words and their pairs, and of pieces of words: what every stage looks at."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._words = Tfidf([_words(text) for text in texts], _WORD_KEPT)
        self._pieces = Tfidf([_pieces(text) for text in texts], _PIECE_KEPT, _PIECES)
        self.width = self._words.width + self._pieces.width

    def row(self, text: str) -> Row:
        """Each part of length 1."""
        return joined(
            [self._words.row(_words(text)), self._pieces.row(_pieces(text))], [self._words.width, self._pieces.width]
        )


class Ends:
    """TF-IDF of the last words apart: what is asked stands at the end, whatever was told before."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._tfidf = Tfidf([_ending(text) for text in texts], _ENDING_KEPT)
        self.width = self._tfidf.width

    def row(self, text: str) -> Row:
        """Of length 1."""
        return self._tfidf.row(_ending(text))


class Cues:
    """Words that tell what is asked. A long story does not thin them out: each that occurs counts in full."""

    #: Words from the end within which a cue counts as said last.
    _LATE = 9

    def __init__(self, patterns: Mapping[str, Sequence[str]]) -> None:
        """`patterns`: regular expressions over folded text by the name of the cue."""
        self._patterns = [re.compile("|".join(found)) for found in patterns.values()]
        self.width = 3 * len(self._patterns)

    def row(self, text: str) -> Row:
        """Three columns a cue: it occurs, it occurs near the end, no other cue comes after it."""
        text = fold(text)
        tail = " ".join(_WORDS.findall(text)[-self._LATE :])
        ends = [_end(pattern, text) for pattern in self._patterns]
        near = [end > 0 and bool(pattern.search(tail)) for end, pattern in zip(ends, self._patterns, strict=True)]
        last = max(ends)
        return _row([_SAID * sign for sign in (*(end > 0 for end in ends), *near, *(0 < end == last for end in ends))])


def _end(pattern: re.Pattern[str], text: str) -> int:
    """Where the last match ends; 0 for none."""
    return max((found.end() for found in pattern.finditer(text)), default=0)


class Strange:
    """Words that no bare follow-up holds: they may name a matter, known to anybody or not."""

    #: Follow-ups that a word must stand in to be one of theirs.
    _OFTEN = 3
    #: Words, strange ones and all, beyond which one more says nothing.
    _MOST, _LONG = 4, 12
    width = 2

    def __init__(self, bare: Sequence[str]) -> None:
        held = Counter(word for text in bare for word in set(_WORDS.findall(text)))
        self._known = frozenset(word for word, often in held.items() if often >= self._OFTEN)

    def row(self, text: str) -> Row:
        """How many words are strange, and how many there are; shares of what counts."""
        words = _WORDS.findall(text)
        strange = sum(word not in self._known for word in words)
        return _row([min(self._MOST, strange) / self._MOST, min(self._LONG, len(words)) / self._LONG])


def _words(text: str) -> Counter[str]:
    found = _WORDS.findall(text)
    return Counter([*found, *map(" ".join, pairwise(found))])


def _pieces(text: str) -> Counter[str]:
    """Two to four letters in a row, the space around each word among them."""
    return Counter(
        padded[at : at + length]
        for word in text.split()
        for padded in (f" {word} ",)
        for length in (2, 3, 4)
        for at in range(len(padded) - length + 1)
    )


def _ending(text: str) -> Counter[str]:
    """The last words of a message, in ones, twos and threes."""
    last = _WORDS.findall(text)[-_END:]
    return Counter(" ".join(last[at : at + length]) for length in (1, 2, 3) for at in range(len(last) - length + 1))


def _row(values: Sequence[float]) -> Row:
    """Columns that are all there."""
    return np.arange(len(values), dtype=np.int32), np.array(values, dtype=np.float32)
