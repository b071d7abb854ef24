"""The part of a message that names a matter, without the part that asks about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from procedures.typed.fold import HAN, IN_HAND, fold, tidy, tokens
from procedures.typed.identify import language_of
from procedures.typed.normalise import normalise

_WORD = re.compile(r"\d+(?:\.\d+)+|[^\W_\u3400-\u9fff]+|[\u3400-\u9fff]")


@dataclass(frozen=True)
class Matter:
    """What may name a procedure.

    Faint syllables may be filler or not: without accents "can" is both "cần" (need) and "căn" (of "căn cước").
    They are kept, and weigh little.
    """

    syllables: tuple[str, ...] = ()
    faint: frozenset[str] = frozenset()

    @property
    def solid(self) -> int:
        """How many syllables name something for sure."""
        return sum(syllable not in self.faint and not syllable.isdecimal() for syllable in self.syllables)


@dataclass(frozen=True)
class _Noise:
    phrases: re.Pattern[str]
    #: Single words as typed with accents.
    words: frozenset[str]
    #: Folded words that are filler whatever the accents.
    sure: frozenset[str]
    #: Folded words that without accents may also be something else.
    unsure: frozenset[str]


@lru_cache(maxsize=IN_HAND)
def matter(text: str) -> Matter:
    """Greetings, question words and aspects taken out.

    "cho em hỏi làm khai sinh cần giấy tờ gì ạ" → làm, khai, sinh; "thế còn phí?" → nothing.
    """
    plain = normalise(text).text
    noise = _noise("en" if language_of(plain) == "en" else "vi")
    typed = _WORD.findall(tidy(_without_han_noise(plain)).lower())
    accented = any(fold(word) != word for word in typed)
    kept, faint = [], set()
    for word, folded in _without_phrases(typed, noise):
        if _is_noise(noise, word, folded, accented):
            continue
        kept.append(folded)
        if folded in noise.unsure and word == folded:
            faint.add(folded)
    found = Matter(tuple(kept), frozenset(faint))
    return found if found.solid else Matter()


def has_code(text: str) -> str | None:
    """A national code such as 1.001193 in the text, or None."""
    found = re.search(r"(?<![\d.])\d\.\d{6}(?![\d.])", fold(text))
    return found.group() if found else None


def _without_han_noise(text: str) -> str:
    return _han_noise().sub(" ", fold(text)) if HAN.search(text) else text


def _is_noise(noise: _Noise, word: str, folded: str, accented: bool) -> bool:
    if folded in noise.sure:
        return True
    # In a text with accents a word without them is meant so: "cho" is not "chợ".
    return word in noise.words and (accented or word != folded)


def _without_phrases(typed: list[str], noise: _Noise) -> list[tuple[str, str]]:
    """Words with their folded form, those of known phrases left out."""
    folded = [fold(word) for word in typed]
    places, run = [], " "
    for word in folded:
        places.append(len(run))
        run += word + " "
    gone = [(match.start(), match.end()) for match in noise.phrases.finditer(run)]
    pairs = zip(typed, folded, places, strict=True)
    return [(word, plain) for word, plain, at in pairs if not any(start <= at < end for start, end in gone)]


def _lines(language: str) -> list[str]:
    path = Path(__file__).with_name(f"noise_{language}.txt")
    return [line.strip() for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]


@lru_cache(maxsize=2)
def _noise(language: str) -> _Noise:
    lines = _lines(language)
    single = [line for line in lines if " " not in line]
    phrases = sorted({" ".join(tokens(line)) for line in lines if " " in line}, key=len, reverse=True)
    return _Noise(
        re.compile("(?<= )(?:" + "|".join(map(re.escape, phrases)) + ")(?= )"),
        frozenset(line.lstrip("~") for line in single),
        frozenset(fold(line) for line in single if not line.startswith("~")),
        frozenset(fold(line[1:]) for line in single if line.startswith("~")),
    )


@lru_cache(maxsize=1)
def _han_noise() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(_lines("zh"), key=len, reverse=True))))
