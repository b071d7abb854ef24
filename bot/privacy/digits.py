"""Numbers of several groups, spoken figures, and the words that people put between them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.privacy.cues import MASKED

#: Figures as they are said, in Vietnamese without accents, English and Chinese.
_SPOKEN = {
    **dict.fromkeys(("khong", "kong", "zero", "oh", "linh", "le", "零", "〇"), "0"),
    **dict.fromkeys(("mot", "one", "一", "幺"), "1"),
    **dict.fromkeys(("hai", "two", "二", "两"), "2"),
    **dict.fromkeys(("ba", "three", "三"), "3"),
    **dict.fromkeys(("bon", "tu", "four", "四"), "4"),
    **dict.fromkeys(("nam", "lam", "five", "五"), "5"),
    **dict.fromkeys(("sau", "six", "六"), "6"),
    **dict.fromkeys(("bay", "seven", "七"), "7"),
    **dict.fromkeys(("tam", "eight", "八"), "8"),
    **dict.fromkeys(("chin", "nine", "九"), "9"),
}
_WORDS = "|".join(sorted((word for word in _SPOKEN if word.isascii()), key=len, reverse=True))
_HAN = "".join(word for word in _SPOKEN if not word.isascii())
_SYLLABLE = rf"(?:{_WORDS}|muoi|mot|moi|tram|nghin|ngan|mong)"
#: A number as it is said: "hai nghìn không trăm mười".
SPOKEN_NUMBER = rf"(?<![a-z]){_SYLLABLE}(?: {_SYLLABLE}){{0,6}}(?![a-z])"
#: Between two groups of one number. A line end parts numbers.
GAP = r"[ .,_/()|*·:;-]{0,3}"
_TEN = "muoi"
_TOKEN = re.compile(rf"\d+|(?<![a-z])(?:{_WORDS}|{_TEN})(?![a-z])|[{_HAN}]")
_ITEM = rf"(?:\d{{1,4}}|(?<![a-z])(?:{_WORDS}|{_TEN})(?![a-z]))"
#: Seven figures or more one after another, most of them said: "không chín tám bảy…". "Double" is not known.
SAID = re.compile(
    rf"(?<![a-z0-9]){_ITEM}(?:[ ,.-]{{1,3}}{_ITEM}){{6,24}}(?![a-z0-9])"
    rf"|(?<![{_HAN}])[{_HAN}](?:[ ,.-]?[{_HAN}]){{6,24}}(?![{_HAN}])"
)
#: So many of its figures are said.
_FEWEST_SAID = 5
GROUP = re.compile(r"(?<![0-9])[0-9]+")


@dataclass(frozen=True)
class Number:
    """Figures from `start` to `end` of a folded text."""

    digits: str
    start: int
    end: int
    #: Lengths of its groups.
    groups: tuple[int, ...]


def said(plain: str) -> list[Number]:
    """Numbers whose figures are said one by one."""
    return [number for found in SAID.finditer(plain) if (number := _heard(plain, *found.span()))]


def _heard(plain: str, start: int, end: int) -> Number | None:
    tokens = list(_TOKEN.finditer(plain, start, end))
    if sum(not token.group().isdigit() for token in tokens) < _FEWEST_SAID:
        return None
    words = [token.group() for token in tokens]
    digits = "".join(_figure(words, at) for at in range(len(words)))
    return Number(digits, start, end, (len(digits),))


def _figure(words: list[str], at: int) -> str:
    """Of "ten": 1 before a figure (mười hai), nothing between two (ba mươi hai), 0 after one (ba mươi)."""
    word = words[at]
    if word != _TEN:
        return _SPOKEN.get(word, word)
    first, last = at == 0, at == len(words) - 1
    return "1" if first else "0" if last else ""


def tight(plain: str) -> list[Number]:
    """Numbers of figures with no more than signs between their groups, as long as they go."""
    found: list[list[re.Match[str]]] = []
    for group in GROUP.finditer(plain):
        if found and _GAP.fullmatch(plain, found[-1][-1].end(), group.start()):
            found[-1].append(group)
        else:
            found.append([group])
    return [_number(groups) for groups in found]


_GAP = re.compile(GAP)


def _number(groups: list[re.Match[str]]) -> Number:
    digits = "".join(group.group() for group in groups)
    lengths = tuple(len(group.group()) for group in groups)
    return Number(digits, groups[0].start(), groups[-1].end(), lengths)


#: What people write between parts of one number: "004 số 199 nhé 012345", "đuôi 3456".
_FILLER = re.compile(
    r"(?:[ .,_/()|*:;-]|(?<![a-z])(?:so|roi|den|tiep|nhe|nha|a|ak|va|xong|toi|sau do|cuoi|duoi|dau|giua|la|tiep theo"
    r"|con|em|e|oi|con lai|ha|da|vang|ok|then|and|next|ending|gach|cham|dau cham|dau gach|xet|cach)(?![a-z])"
    r"|然后|接着|后面|再|是){0,14}"
)


def loose(plain: str, start: int, far: int, stop: int) -> list[Number]:
    """What is written from a place on, group after group, with a few small words between: each beginning of it.

    `far` letters may stand before the first group; nothing is read from `stop` on.
    """
    groups: list[re.Match[str]] = []
    numbers: list[Number] = []
    for group in GROUP.finditer(plain, start, min(stop, start + far + 80)):
        if groups and not _FILLER.fullmatch(plain, groups[-1].end(), group.start()):
            break
        if not groups and (group.start() - start > far or MASKED in plain[start : group.start()]):
            break
        groups.append(group)
        numbers.append(_number(groups))
    return numbers
