"""Numbers that have letters in them: passports, cards of health insurance, certificates of land use."""

from __future__ import annotations

import re

from bot.privacy.cues import Cue
from bot.privacy.found import Kind
from bot.privacy.sheet import Sheet

_S = r"[ .-]{0,2}"
#: A card of health insurance: two letters that tell whose it is, 13 figures.
_HEALTH = re.compile(rf"(?<![a-z0-9])(?P<letters>[a-z]{{2}}){_S}\d(?:{_S}\d){{12}}(?![0-9])")
_WHOSE = frozenset(
    (
        *("dn", "hx", "ch", "nn", "tk", "hc", "xk", "ht", "tb", "no", "ct", "xb", "tn", "cs", "qn", "ca", "cy"),
        *("xn", "ms", "cc", "ck", "cb", "kc", "hd", "te", "bt", "hn", "dt", "dk", "xd", "ts", "tc", "tq", "ta"),
        *("ty", "hg", "ls", "pv", "cn", "hs", "sv", "gb", "gd", "th"),
    )
)
#: A Vietnamese passport is a letter and 7 figures (8 at times), a Chinese one E and 8 or two letters and 7.
_PASSPORT = re.compile(r"(?<![a-z0-9])(?:[a-z]\d{7,8}|e[a-z]\d{7})(?![a-z0-9])(?![.,/-]\d)")
_LETTERS = re.compile(rf"(?:(?<![a-z0-9])(?P<letters>[a-z]{{1,3}}){_S})?(?<!\d)\d(?:{_S}\d){{4,8}}(?![0-9])")
#: Two capitals and 6 figures, or 8 since 2024, need no word beside them.
_LAND = re.compile(r"(?<![a-z0-9])(?P<letters>[a-z]{2})[ -]?(?:\d{6}|\d{3} \d{3}|0\d{7})(?![a-z0-9])(?![.,/-]\d)")
#: Capitals that begin numbers of other papers.
_OTHERS = frozenset(
    (
        *("qd", "cv", "nq", "nd", "tt", "kh", "tb", "bc", "hd", "id", "no", "tk", "ms", "km", "vn", "us", "tp"),
        *("sl", "gp", "bn", "pt", "pc", "dt", "so", "la", "ma", "xa", "va", "tu", "ok", "an", "de"),
    )
)
#: Two letters that are a word, in a text of small letters: the number is what follows.
_WORDS = frozenset(
    (
        *("la", "so", "co", "em", "ma", "ko", "va", "tu", "o", "do", "no", "de", "thi", "dc", "k", "cu", "ay"),
        *("a", "e", "m", "t", "c", "nha", "nhe", "vay", "day", "cua", "cho", "roi", "me", "bo", "ba"),
    )
)
#: How far from its word such a number may begin.
_FAR = 40


def claim(sheet: Sheet) -> None:
    """Claims them."""
    for found in sheet.matches(_HEALTH):
        if found["letters"] in _WHOSE:
            sheet.claim(Kind.INSURANCE, *found.span())
    for cue in sheet.cues.all:
        if cue.kind is Kind.PASSPORT:
            _beside(sheet, cue, 6)
        elif cue.kind is Kind.LAND:
            _beside(sheet, cue, 5)
    for found in sheet.matches(_PASSPORT):
        sheet.claim(Kind.PASSPORT, *found.span())
    for found in sheet.matches(_LAND):
        typed = sheet.folded.original(*found.span("letters"))
        if typed.isupper() and found["letters"] not in _OTHERS:
            sheet.claim(Kind.LAND, *found.span())


def _beside(sheet: Sheet, cue: Cue, fewest: int) -> None:
    """The number after a word that names it, else the one just before."""
    found = _LETTERS.search(sheet.plain, cue.end, cue.end + _FAR + 24)
    if found and found.start() - cue.end <= _FAR and sheet.cues.before(found.start(), _FAR + 8) == cue:
        _take(sheet, cue, found, fewest)
        return
    back = max(0, cue.start - 28)
    for found in _LETTERS.finditer(sheet.plain, back, cue.start):
        if cue.start - found.end() <= 14 and found["letters"] and not sheet.cues.before(found.start()):
            _take(sheet, cue, found, fewest)


def _take(sheet: Sheet, cue: Cue, found: re.Match[str], fewest: int) -> None:
    start, end = found.span()
    letters = found["letters"]
    if letters and not _is_part(sheet, cue, found):
        start, letters = _first_figure(found), ""
    digits = re.sub(r"\D", "", sheet.plain[start:end])
    if len(digits) < fewest + (0 if letters else 1) or (not letters and digits.endswith("000")):
        return
    if cue.kind is not None:
        sheet.claim(cue.kind, start, end)


def _is_part(sheet: Sheet, cue: Cue, found: re.Match[str]) -> bool:
    """Whether letters belong to the figures behind them: capitals do, those that stand close, and what is no word."""
    letters = found["letters"]
    if sheet.folded.original(*found.span("letters")).isupper() or sheet.plain[found.end("letters")].isdigit():
        return True
    return len(letters) == 1 if cue.kind is Kind.PASSPORT else len(letters) < 3 and letters not in _WORDS


def _first_figure(found: re.Match[str]) -> int:
    return next(at for at in range(*found.span()) if found.string[at].isdigit())
