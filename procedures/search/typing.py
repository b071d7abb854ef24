"""How people type: shortened words written out, Telex and VNI keystrokes that were left in a word undone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path

from procedures.search.fold import tokens

_TEENCODE = Path(__file__).with_name("teencode.txt")
#: A tone's key in Telex stands at the end of a word, or after its vowel; in VNI keys are digits.
_TELEX_TONE = re.compile(r"(?<=[a-z])[sfrxj]$|(?<=[aeiouyw])[sfrxj](?=[a-z]{1,3}$)")
_TELEX_VOWEL = re.compile(r"(?<=[aou])w|(?<=d)d|(?<=a)a|(?<=e)e|(?<=o)o|w")
_VNI = re.compile(r"(?<=[a-z])[1-9]")


def spell_out(syllables: Iterable[str]) -> list[str]:
    """Shortened words in full: gks → giay khai sinh."""
    short = _teencode()
    return [part for syllable in syllables for part in short.get(syllable, (syllable,))]


def undo_keys(word: str, known: Callable[[str], bool]) -> str:
    """A word without its Telex or VNI keys if that makes a known one, else the word: ddawng → dang, ky1 → ky."""
    plain = _VNI.sub("", word)
    if plain != word and known(plain):
        return plain
    vowels = _TELEX_VOWEL.sub("", word)
    for typed in (_TELEX_TONE.sub("", vowels, count=1), vowels):
        if typed != word and len(typed) > 1 and known(typed):
            return typed
    return word


@lru_cache(maxsize=1)
def _teencode() -> dict[str, tuple[str, ...]]:
    found = {}
    for line in _TEENCODE.read_text("utf-8").splitlines():
        short, tab, full = line.partition("\t")
        if tab:
            found[tokens(short)[0]] = tuple(tokens(full))
    return found
