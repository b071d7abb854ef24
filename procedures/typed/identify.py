"""Which language a message is in, as far as one message can tell.

Off-the-shelf identifiers miss unaccented Vietnamese (recall down to 0.4 %) and call Tày and Hmong "Vietnamese, 99 %".
Here Chinese is known by its script, Tày–Nùng, Hmong and Iu Mien by spellings that Vietnamese does not have, and English
from Vietnamese by the words each is known to use, and by shape where a word is unknown.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from procedures.typed.fold import HAN, IN_HAND, fold, tidy
from procedures.typed.normalise import normalise, teencode
from procedures.typed.syllables import canonical, is_syllable
from procedures.typed.words import known

#: Languages in which answers exist.
ANSWERED = ("vi", "en", "zh")
#: ISO 639-3: Tày (with Nùng, which shares its script), Hmong in both scripts, Iu Mien (Dao).
MINORITY = ("tyz", "hmn", "ium")

_WORD = re.compile(r"[^\W\d_]+")
#: Words of the script of 1961 (Decree 206-CP) that Vietnamese does not have, and its own initials.
_TAY_WORDS = frozenset(
    [
        "hẩư",
        "đảy",
        "dú",
        "pỉ",
        "noọng",
        "fiểc",
        "bấu",
        "khỏi",
        "lầu",
        "slảnh",
        "xạ",
        "hoẹn",
        "fuông",
        "lườn",
        "khỏ",
        "cỏn",
        "mấư",
        "sle",
        "hưa",
        "rèo",
        "chèn",
        "mừa",
        "toẹn",
        "bươn",
        "vằn",
        "cừn",
        "pây",
    ]
)
_TAY = re.compile(r"(?:sl|pj|bj|mj|phj|f)[aeiouyăâêôơư\u00c0-\u1ef9]\w*|\w*[ấẩẫậầ]ư|\w*oọng|\w*oẹn")
#: The official Hmong script (1961): a tone letter after the vowels, and initials of its own.
_HMONG_1961 = re.compile(
    r"(?:[bcdđfghjklmnpqrstvxz]{0,4})(?:\w*[ôêơưâ]\w*[zxvskrjl]|[aeiouy]{1,3}[zxvkr])"
    r"|(?:tx|nd|ntx|pl|tr|hl|nx|bl|cx|kx|nhx|đh)\w*[aeiouyôêơư]\w*"
)
_RPA_WORDS = frozenset(
    [
        "kuv",
        "koj",
        "nws",
        "peb",
        "lawv",
        "nej",
        "nyob",
        "zoo",
        "tsis",
        "yog",
        "muaj",
        "xav",
        "ntawv",
        "lub",
        "thiab",
        "hmoob",
        "nkauj",
        "txiv",
        "niam",
        "nyuam",
        "menyuam",
        "qhov",
        "twg",
        "tsi",
        "tau",
        "mus",
        "nrog",
        "thov",
        "tsaug",
        "rau",
        "hauv",
        "tuaj",
        "yuav",
        "puas",
        "lus",
        "tham",
        "neeg",
        "kev",
    ]
)
_RPA = re.compile(r"(?:n?[ptkcqrxvsfhlmngyzd]{0,4}h?)(?:aa|ee|oo|ai|au|aw|ia|ua|[aeiouw])[bjvsgmd]")
_MIEN_WORDS = frozenset(
    [
        "yiem",
        "longx",
        "nyei",
        "laengz",
        "zingh",
        "mienh",
        "meih",
        "yie",
        "haih",
        "maaih",
        "gorngv",
        "waac",
        "ninh",
        "mbuo",
        "hnangv",
        "oix",
        "zuqc",
        "tov",
        "mv",
        "duqv",
        "nzangc",
        "fiev",
        "hnoi",
        "haaix",
        "naaiv",
        "wuov",
        "dorn",
    ]
)
_MIEN = re.compile(r"(?:nz|nq|mb|nd|hn|hm|ny|[bcdfghjklmnpqstwyz])*(?:[aeiou]{1,3}(?:[mnptkrq]|ng|nc)?)[vzxhcq]")
#: Share of a message's words that must bear a language's marks, and how many at least.
_TAY_SHARE, _OTHER_SHARE, _AT_LEAST = 0.2, 0.4, 2
#: Words that people write in any language.
_EVERYWHERE = frozenset(
    ["ok", "oke", "hi", "hello", "bye", "hihi", "haha", "alo", "sorry", "pls", "admin", "ad", "bot"]
)
#: A word that is in neither list tells this much, in log odds, by its shape.
_BY_SHAPE = 2.0
#: A word seen once in one list and never in the other tells this much at most.
_UNSEEN = 0.5


@lru_cache(maxsize=IN_HAND)
def language_of(text: str) -> str:
    """Returns "vi", "en", "zh", one of MINORITY, or "und" for a message without words."""
    words = [word.lower() for word in _WORD.findall(HAN.sub(" ", tidy(text)))]
    if len(HAN.findall(text)) > len(words):
        return "zh"
    if not words:
        return "und"
    return _minority(words) or _vietnamese_or_english(words)


def _minority(words: Sequence[str]) -> str:
    foreign = [word for word in words if not _is_vietnamese_or_english(word)]
    for language, marked, share in _MARKS:
        count = sum(map(marked, foreign))
        if count >= _AT_LEAST and count >= share * len(words):
            return language
    return ""


@lru_cache(maxsize=1 << 14)
def _is_vietnamese_or_english(word: str) -> bool:
    words = known()
    return word in words.english or canonical(word) in words.vietnamese or word in teencode() or word in words.folded


def _is_mien(word: str) -> bool:
    return word in _MIEN_WORDS or (bool(_MIEN.fullmatch(word)) and not is_syllable(word))


def _is_rpa(word: str) -> bool:
    return word in _RPA_WORDS or (bool(_RPA.fullmatch(word)) and not is_syllable(word))


def _is_hmong_1961(word: str) -> bool:
    return bool(_HMONG_1961.fullmatch(word)) and not is_syllable(word)


def _is_tay(word: str) -> bool:
    return word in _TAY_WORDS or bool(_TAY.fullmatch(word))


_MARKS: tuple[tuple[str, Callable[[str], bool], float], ...] = (
    ("ium", lambda word: word in _MIEN_WORDS, _OTHER_SHARE),
    ("hmn", _is_rpa, _OTHER_SHARE),
    ("hmn", _is_hmong_1961, _OTHER_SHARE),
    ("ium", _is_mien, _OTHER_SHARE),
    ("tyz", _is_tay, _TAY_SHARE),
)


def _vietnamese_or_english(words: Sequence[str]) -> str:
    """Normal form first: "ddawng" is no English."""
    plain = [word.lower() for word in _WORD.findall(normalise(" ".join(words)).text)]
    if all(word in _EVERYWHERE for word in plain):
        return "und"
    if sum(map(_odds, plain)) >= 0:
        return "vi"
    # Nonsense is no English.
    return "en" if any(word in known().english for word in plain) else "und"


@lru_cache(maxsize=1 << 14)
def _odds(word: str) -> float:
    """Log odds of Vietnamese against English."""
    words = known()
    folded = fold(word)
    if folded != word:
        return 2 * _BY_SHAPE
    vietnamese, english = words.folded.get(word, 0), words.english.get(word, 0)
    if word in teencode():
        vietnamese += 1
    if vietnamese or english:
        total_vi, total_en = _totals()
        return math.log((vietnamese + _UNSEEN) / total_vi) - math.log((english + _UNSEEN) / total_en)
    return _BY_SHAPE if is_syllable(word) else -_BY_SHAPE


@lru_cache(maxsize=1)
def _totals() -> tuple[int, int]:
    words = known()
    return sum(words.folded.values()), sum(words.english.values())
