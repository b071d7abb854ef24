"""The shape of a Vietnamese syllable: beginning, vowels with a tone, ending."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from procedures.typed.fold import fold

#: Combining marks of the five written tones, by their names in Telex and VNI.
TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_MARKS = frozenset(TONES.values())
#: Syllables that end in a stop take the sharp or the heavy tone only.
_STOPPED = frozenset({TONES["s"], TONES["j"]})

_BEGINNINGS = "b|ch?|d|gh?|gi|h|kh?|l|m|ngh?|nh?|ph?|qu?|r|s|th?|tr|v|x"
_ENDINGS = (
    "a|a[cimoptuy]|ach|an[gh]?|e|e[cmoptu]|ech|eng?|enh|i|i[amptu]|ich|in|inh|ie[cmptu]|ieng?|o|o[acemipt]|ong?|oa[cimopty]|"
    "oach|oan[gh]?|oe[not]|u|u[aceimoptuy]|ung?|ua[ty]|uang?|uech|uenh|uo[cimptu]|uong?|uy[ntua]|uych|uyen|uyet|uynh|y|"
    "ye[mntu]|oong|ooc"
)
_SHAPE = re.compile(rf"(?:{_BEGINNINGS})?(?:{_ENDINGS})")
_PARTS = re.compile(r"(qu(?=[^\Wu])|gi(?=[aeouyăâêôơư])|[bcdđghklmnpqrstvx]*)([aeiouyăâêôơư]+)([a-zđ]*)")
#: Vowels that carry the tone wherever they stand; of "ươ" the second.
_STRONG = "ăâêôơư"


def is_syllable(word: str) -> bool:
    """Whether a lower-case word, with or without accents, has the shape of a Vietnamese syllable."""
    return bool(_SHAPE.fullmatch(fold(word)))


def split_tone(word: str) -> tuple[str, str]:
    """A lower-case word without its tone, and the tone's combining mark or nothing: "hoà" → "hoa", U+0300."""
    spread = unicodedata.normalize("NFD", word)
    tone = next((char for char in spread if char in _MARKS), "")
    return unicodedata.normalize("NFC", "".join(char for char in spread if char not in _MARKS)), tone


def with_tone(word: str, tone: str) -> str:
    """A lower-case word without a tone, given one where Vietnamese spelling puts it ("hòa", "thúy", "quý").

    Empty where the word cannot bear that tone.
    """
    parts = _PARTS.fullmatch(word)
    if parts is None or (tone not in _STOPPED and tone and parts[3] in ("c", "ch", "p", "t")):
        return "" if tone else word
    if not tone:
        return word
    start, vowels, end = parts.groups()
    place = _bearer(vowels, bool(end))
    marked = vowels[:place] + unicodedata.normalize("NFC", vowels[place] + tone) + vowels[place + 1 :]
    return start + marked + end


def _bearer(vowels: str, closed: bool) -> int:
    strong = [place for place, vowel in enumerate(vowels) if vowel in _STRONG]
    if strong:
        return strong[-1]
    if closed or len(vowels) > 2:
        return min(1, len(vowels) - 1)
    return 0


@lru_cache(maxsize=1 << 14)
def canonical(word: str) -> str:
    """A lower-case word with its tone where it belongs: "hoà" → "hòa". What is no syllable stays."""
    bare, tone = split_tone(word)
    return with_tone(bare, tone) or word if tone and is_syllable(word) else word
