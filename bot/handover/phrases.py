"""Short messages about a case, as people type them: whole messages only, so that no question is taken for one."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.words import words
from procedures.languages import LANGUAGES
from procedures.typed.fold import tokens

#: Longest message that may be one of these, in characters.
_LONGEST = 80
#: Digits with what people put between them.
_NUMBER = re.compile(r"(?<![\w+])\+?\d(?:[ .\-()]{0,2}\d){7,15}(?!\w)", re.ASCII)
#: Vietnam's mobile and fixed numbers, China's mobile numbers, and any that says its country.
_TELEPHONES = (r"0[35789]\d{8}", r"02\d{9}", r"1[3-9]\d{9}", r"\+(?!84)\d{8,15}")
_TELEPHONE = re.compile("|".join(_TELEPHONES))
_VIETNAM = re.compile(r"\+?84(?=[235789]\d{8,9}$)")
_MOST_STARS = 5
_COUNTS = frozenset("12345")
#: Unknown words beside a number that is called a telephone number: somebody's name.
_NAME = 4


def said(text: str, key: str) -> bool:
    """Whether a whole message says what a key of the locale files lists, in any language and with or without accents.

    Words of politeness beside it do not count.
    """
    return len(text) <= _LONGEST and _bare(text) in _listed(key, words().revision)


def telephone(text: str) -> str:
    """The telephone number that a message gives and does little else; "" for any other message.

    Digits alone, with a + where it names a country other than Vietnam. A number of twelve digits is an identity card.
    """
    numbers = _NUMBER.findall(text)
    if len(numbers) != 1 or len(text) > _LONGEST or "?" in text:
        return ""
    number = _VIETNAM.sub("0", re.sub(r"[ .\-()]", "", numbers[0]))
    beside = [word for word in tokens(text.replace(numbers[0], " ")) if word not in _fillers()]
    unknown = [word for word in beside if word not in _each("waits.phone_words")]
    called = len(unknown) < len(beside)
    enough = not unknown or (called and len(unknown) <= _NAME)
    return number if _TELEPHONE.fullmatch(number) and enough else ""


def stars(text: str) -> int:
    """The rating that a whole message gives: a number from 1 to 5, so many stars, or the words of a button; 0: none."""
    plain = text.strip(" .!").replace("\N{WHITE MEDIUM STAR}", "\N{BLACK STAR}")
    if plain and set(plain) == {"\N{BLACK STAR}"} and len(plain) <= _MOST_STARS:
        return len(plain)
    counted = [word for word in tokens(plain.removesuffix("/5")) if word not in _star_words()]
    if len(counted) == 1 and counted[0] in _COUNTS:
        return int(counted[0])
    return next((number for number in range(1, _MOST_STARS + 1) if said(plain, f"after.star.{number}")), 0)


def _bare(text: str) -> str:
    return " ".join(word for word in tokens(text) if word not in _fillers())


@lru_cache(maxsize=32)
def _listed(key: str, _: int) -> frozenset[str]:
    """By revision: the province may say buttons, which can be typed as well, in other words."""
    return frozenset(filter(None, map(_bare, _raw(key))))


@lru_cache(maxsize=8)
def _each(key: str) -> frozenset[str]:
    """Every word of what a key lists."""
    return frozenset(word for phrase in _raw(key) for word in tokens(phrase))


def _fillers() -> frozenset[str]:
    return _each("waits.fillers")


def _star_words() -> frozenset[str]:
    return _each("after.star_words") | _fillers()


def _raw(key: str) -> list[str]:
    return [phrase for language in ("vi", *LANGUAGES) for phrase in words().raw(key, language).split("|")]
