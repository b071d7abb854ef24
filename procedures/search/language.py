"""Which language a message is in, as far as one message can tell: Vietnamese with or without accents, English, Chinese.

Off-the-shelf identifiers miss unaccented Vietnamese (recall down to 0.4 %), so the shape of syllables decides: every
Vietnamese syllable is one of few beginnings with one of few endings, and most English words are not.
"""

from __future__ import annotations

import re

from procedures.search.fold import HAN, fold, tidy

_BEGINNINGS = "b|ch?|d|gh?|gi|h|kh?|l|m|ngh?|nh?|ph?|qu?|r|s|th?|tr|v|x"
_ENDINGS = (
    "a|a[cimoptuy]|ach|an[gh]?|e|e[cmoptu]|ech|eng?|enh|i|i[amptu]|ich|in|inh|ie[cmptu]|ieng?|o|o[acemipt]|ong?|oa[cimopty]|"
    "oach|oan[gh]?|oe[not]|u|u[aceimoptuy]|ung?|ua[ty]|uang?|uech|uenh|uo[cimptu]|uong?|uy[ntua]|uych|uyen|uyet|uynh|y|"
    "ye[mntu]|oong|ooc"
)
_SYLLABLE = re.compile(rf"(?:{_BEGINNINGS})?(?:{_ENDINGS})")
#: How Vietnamese is shortened in messages; none is an English word.
_SHORT = frozenset(
    ["k", "ko", "kg", "dc", "dk", "ntn", "mk", "vs", "r", "j", "z", "cccd", "bhyt", "bhxh", "gplx", "ubnd", "tt", "hs"]
)
_WORD = re.compile(r"[^\W\d_]+")
#: Share of words that look Vietnamese, from which the message is.
_ENOUGH = 0.7


def language_of(text: str) -> str:
    """Returns "vi", "en" or "zh"; "und" for a message without words."""
    words = _WORD.findall(HAN.sub(" ", tidy(text)))
    if len(HAN.findall(text)) > len(words):
        return "zh"
    if not words:
        return "und"
    return "vi" if sum(map(_vietnamese, words)) >= _ENOUGH * len(words) else "en"


def _vietnamese(word: str) -> bool:
    folded = fold(word)
    return folded != word.lower() or folded in _SHORT or bool(_SYLLABLE.fullmatch(folded))
