"""Names of people: a family name of the country and what follows it with capitals."""

from __future__ import annotations

import re
from pathlib import Path

from procedures.typed.fold import fold

_WORD = re.compile(r"[^\W\d_]+")
#: Family names of nearly everybody here; Tay, Nung, Hmong and Dao ones too.
_FAMILIES = frozenset(Path(__file__).with_name("families.txt").read_text("utf-8").split())
_FOLDED = frozenset(map(fold, _FAMILIES))
#: Words of a name, the family's included.
_FEWEST, _MOST = 2, 5
#: So many words before each other with a capital are a headline and not a name.
_SHOUTED = 0.7


def names(text: str) -> list[tuple[int, int]]:
    """Where names stand. One in small letters is not found: nothing tells it from a word."""
    words = [(found.group(), *found.span()) for found in _WORD.finditer(text)]
    if not words or sum(word[0].isupper() for word, _, _ in words) > max(_SHOUTED * len(words), _MOST):
        return []
    bare = fold(text) == text.lower()
    found, at = list[tuple[int, int]](), 0
    while at < len(words):
        last = _name(text, words, at, bare)
        if last:
            found.append((words[at][1], words[last][2]))
        at = last + 1 if last else at + 1
    return found


def _name(text: str, words: list[tuple[str, int, int]], at: int, bare: bool) -> int:
    """Where a name that begins here ends; 0 for none. `bare`: in a text without accents a name has none."""
    first = words[at][0]
    if not first[0].isupper() or not (first.lower() in _FAMILIES or (bare and first.lower() in _FOLDED)):
        return 0
    last = at
    while last + 1 < len(words) and last - at < _MOST - 1 and _goes_on(text, words, last):
        last += 1
    return last if last - at + 1 >= _FEWEST else 0


def _goes_on(text: str, words: list[tuple[str, int, int]], last: int) -> bool:
    """Whether the next word has a capital, and nothing but space stands before it."""
    return words[last + 1][0][0].isupper() and text[words[last][2] : words[last + 1][1]].isspace()
