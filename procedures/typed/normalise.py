"""One normal form for what people type, the same for training and for live text; changes are kept to be shown.

Numbers, codes, addresses and English words pass untouched. Accents are never guessed: a text without them stays so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from procedures.typed.fold import HAN, IN_HAND, LONGEST_KEPT, WORDS_KEPT, fold, simplify, tidy
from procedures.typed.keys import undo_telex, undo_vni
from procedures.typed.runs import part
from procedures.typed.syllables import canonical, is_syllable
from procedures.typed.words import known

_TEENCODE = Path(__file__).with_name("teencode.txt")
#: Web addresses, e-mail, and whatever holds two digits or a digit between signs: codes, dates, numbers.
_UNTOUCHED = re.compile(r"https?://\S+|\S+@\S+|\S*\d[\d.,/:\-]*\d\S*")
_WORD = re.compile(r"[^\W_]+")
_LOOKALIKES = str.maketrans({"ð": "đ", "Ð": "Đ", "ɖ": "đ", "Ɖ": "Đ", "‘": "'", "’": "'"})
_REPEATED = re.compile(r"([^\W\d_])\1{2,}", re.IGNORECASE)
_DOUBLED = re.compile(r"([^\W\d_])\1", re.IGNORECASE)
#: Letters from which a run of syllables without spaces is parted, and how long they must be on average.
_RUN, _AVERAGE = 6, 2.6


@dataclass(frozen=True)
class Change:
    """One word that was changed; `why` is unicode, short, repeated, vni, telex, tone, doubled or parted."""

    before: str
    after: str
    why: str


@dataclass(frozen=True)
class Normal:
    """A text in normal form."""

    text: str
    changes: tuple[Change, ...] = ()


@lru_cache(maxsize=IN_HAND)
def normalise(text: str) -> Normal:
    """The normal form of a message; a second time changes nothing."""
    plain = _plain(text)
    changes = [Change(text, plain, "unicode")] if plain != text else []
    english = _is_english(plain)
    accents = fold(plain) != plain.lower()
    done, last = [], 0
    for found in _words(plain):
        change = _change_of(found.group(), english)
        if change is not None:
            # Words written out are typed as the rest of the message is.
            after = change.after if accents or change.why in ("telex", "vni") else fold(change.after)
            changes.append(replace(change, after=after))
            done += [plain[last : found.start()], after]
            last = found.end()
    return Normal("".join([*done, plain[last:]]), tuple(changes))


def _plain(text: str) -> str:
    """NFC; full-width forms, look-alikes of đ and traditional Chinese made plain; spaces single."""
    wide = "".join(unicodedata.normalize("NFKC", c) if "\uff01" <= c <= "\uff5e" else c for c in tidy(text))
    plain = wide.replace("\u3000", " ").translate(_LOOKALIKES)
    return " ".join((simplify(plain) if HAN.search(plain) else plain).split())


def _words(text: str) -> Iterator[re.Match[str]]:
    kept = [found.span() for found in _UNTOUCHED.finditer(text) if not undo_vni(found.group().lower())]
    for found in _WORD.finditer(text):
        if not any(start <= found.start() < end for start, end in kept):
            yield found


def _change_of(word: str, english: bool) -> Change | None:
    # As with folding: words come again and again, and what is longer is a citizen's own.
    return (_change if len(word) <= LONGEST_KEPT else _change.__wrapped__)(word, english)


@lru_cache(maxsize=WORDS_KEPT)
def _change(word: str, english: bool) -> Change | None:
    """What becomes of one word; None where it stays."""
    if HAN.search(word) or (word.isdecimal()):
        return None
    low = word.lower()
    for why, mend in _STEPS:
        if why in _VIETNAMESE_ONLY and english:
            continue
        after = mend(word)
        if after and after != low:
            return Change(word, after, why)
    return None


def _repeated(word: str) -> str:
    once = _REPEATED.sub(r"\1", word).lower()
    return _short(once) or once if once != word.lower() else ""


def _doubled(word: str) -> str:
    """A key that was hit twice: "giấyy"."""
    low = word.lower()
    if _is_known(low) or is_syllable(low):
        return ""
    once = _DOUBLED.sub(r"\1", low)
    return once if once in known().vietnamese or (once in known().folded and not _is_known(low)) else ""


def _short(word: str) -> str:
    """A capital letter that stands alone names something: "hạng A", "mục B"."""
    return "" if len(word) == 1 and word.isupper() else teencode().get(word.lower(), "")


def _telex(word: str) -> str:
    low = word.lower()
    if _is_known(low) or not word.isascii() or not word.isalpha():
        return ""
    return _if_known(undo_telex(low))


def _vni(word: str) -> str:
    return _if_known(undo_vni(word.lower())) if len(word) > 2 else ""


def _tone(word: str) -> str:
    low = word.lower()
    placed = canonical(low)
    return placed if placed != low else ""


def _parted(word: str) -> str:
    low = word.lower()
    if len(low) < _RUN or not low.isalpha() or _is_known(low) or is_syllable(low):
        return ""
    words = known()
    pieces = part(low, lambda piece: piece in words.vietnamese or piece in words.folded)
    return " ".join(pieces) if pieces and len(low) / len(pieces) >= _AVERAGE else ""


_STEPS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("short", _short),
    ("repeated", _repeated),
    ("vni", _vni),
    ("telex", _telex),
    ("tone", _tone),
    ("doubled", _doubled),
    ("parted", _parted),
)
#: Steps that would spoil an English message.
_VIETNAMESE_ONLY = frozenset({"short", "telex", "doubled", "parted"})


def _is_known(word: str) -> bool:
    words = known()
    return word in words.vietnamese or word in words.folded or word in words.english


def _if_known(syllable: str) -> str:
    return syllable if syllable in known().vietnamese else ""


def _is_english(text: str) -> bool:
    """Whether more words are known as English than as Vietnamese; an accent or a Chinese character settles it."""
    found = [word.lower() for word in _WORD.findall(text) if word.isalpha()]
    if fold(text) != text.lower() or HAN.search(text):
        return False
    words, short = known(), teencode()
    english = sum(word in words.english for word in found if len(word) > 1)
    vietnamese = sum(word in words.folded or word in short for word in found)
    return english > vietnamese


@lru_cache(maxsize=1)
def teencode() -> dict[str, str]:
    """Shortened words and what they stand for, lower case."""
    pairs = (line.partition("\t") for line in _TEENCODE.read_text("utf-8").splitlines() if "\t" in line)
    return {short: full for short, _, full in pairs}
