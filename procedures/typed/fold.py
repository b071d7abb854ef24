"""Text as search sees it: lower case, no accents, syllables apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from opencc import OpenCC

# đ and its look-alikes have no Unicode decomposition, so stripping marks leaves them.
_D = str.maketrans({"đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "ɖ": "d", "Ɖ": "d"})
_TOKEN = re.compile(r"\d+(?:\.\d+)+|[a-z0-9]+|[\u3400-\u9fff]")
#: Letters of the longest word of which anything is kept, and of how many words.
LONGEST_KEPT, WORDS_KEPT = 12, 1 << 15
#: The marks of Vietnamese, and of most others.
_MARKS = re.compile("[\u0300-\u036f]+")
#: A Chinese character.
HAN = re.compile(r"[\u3400-\u9fff]")
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def tidy(text: str) -> str:
    """NFC, without control characters, direction marks, zero-width characters and unpaired surrogates."""
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text))


def fold(text: str) -> str:
    """Lower case without accents: "Đăng ký" → "dang ky". Full-width letters become plain ones, 證 becomes 证."""
    # Words come again and again; whole messages do not, and are not to be kept.
    return _fold_word(text) if len(text) <= LONGEST_KEPT else _fold(text)


#: Texts that are kept: the message in hand and its parts, looked at by several components in turn, and no others.
IN_HAND = 8


@lru_cache(maxsize=WORDS_KEPT)
def _fold_word(word: str) -> str:
    return _fold(word)


def _fold(text: str) -> str:
    if HAN.search(text):
        text = simplify(text)
    marked = unicodedata.normalize("NFKD", tidy(text).translate(_D).lower())
    bare = _MARKS.sub("", marked)
    return bare if bare.isascii() else "".join(char for char in bare if not unicodedata.combining(char))


def tokens(text: str) -> list[str]:
    """Folded syllables; numbers such as 1.001193 stay whole, each Chinese character is one."""
    return _TOKEN.findall(fold(text))


def accented(text: str) -> list[str]:
    """Lower-case syllables with their accents, aligned one to one with nothing: for agreement counts only."""
    return re.findall(r"[^\W_]+", tidy(text).lower())


def bigrams(syllables: Sequence[str]) -> list[str]:
    """Neighbouring pairs: they do the work of word segmentation."""
    return [f"{a} {b}" for a, b in pairwise(syllables)]


def ngrams(syllables: Sequence[str], low: int = 3, high: int = 4) -> list[str]:
    """Character n-grams of the joined syllables: spaces left out, so that missing ones cost nothing."""
    run = "".join(syllables)
    return [run[i : i + n] for n in range(low, high + 1) for i in range(len(run) - n + 1)]


def simplify(text: str) -> str:
    """Traditional Chinese characters as simplified ones."""
    return str(_simplifier().convert(text))


@lru_cache(maxsize=1)
def _simplifier() -> OpenCC:
    return OpenCC("t2s")
