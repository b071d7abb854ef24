"""Dates of birth: a date beside a word of birth or beside a name. Other dates stay, and so does a year alone."""

from __future__ import annotations

import re
from bisect import bisect_left

from bot.privacy.digits import SPOKEN_NUMBER
from bot.privacy.found import Kind
from bot.privacy.names import names
from bot.privacy.sheet import Sheet

_DAY, _MONTH, _YEAR = r"(?:3[01]|[12]\d|0?[1-9])", r"(?:1[0-2]|0?[1-9])", r"(?:19|20)\d\d"
_SHORT = r"\d\d(?! ?\d)"
_BY = r" ?[/.,-] ?"
_NAME = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_TO = r"(?![0-9])(?![./-][0-9])"
_DATE = (
    rf"(?:{_DAY}{_BY}{_MONTH}{_BY}(?:{_YEAR}|{_SHORT})|{_YEAR}{_BY}{_MONTH}{_BY}{_DAY}"
    rf"|{_DAY},? ?(?:thang|-thang) ?(?:{_MONTH}|gieng|chap),? ?(?:nam|/|-|,)? ?(?:{_YEAR}|{_SHORT})"
    rf"|{_YEAR} ?年 ?{_MONTH} ?月 ?{_DAY} ?[日号]?|{_DAY}(?:st|nd|rd|th)?[ -](?:of )?{_NAME},?[ -]{_YEAR}"
    rf"|{_NAME} {_DAY}(?:st|nd|rd|th)?,? {_YEAR}){_TO}"
)
#: What is a date only after a word of birth.
_AFTER_WORD = (
    rf"(?:{_DATE}|{_DAY} {_MONTH} (?:{_YEAR}|{_SHORT}){_TO}|{_DAY} ?[/.-] ?{_MONTH} {_YEAR}{_TO}"
    rf"|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:{_YEAR}|\d\d){_TO}|{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]){_TO}"
    rf"|{_DAY} ?[/.-] ?{_MONTH}(?!\d)(?! ?[/.-] ?\d)|{_DAY},? ?thang ?(?:{_MONTH}(?!\d)|gieng|chap)"
    rf"|{SPOKEN_NUMBER} thang {SPOKEN_NUMBER}(?:,? nam {SPOKEN_NUMBER})?)"
)
#: Before "sinh" these make another word of it: khai sinh is a paper, hoc sinh a pupil, hy sinh a soldier's death.
_NOT_BEFORE = "".join(
    rf"(?<!{word} )(?<!{word})"
    for word in (
        "khai",
        "hoc",
        "thi",
        "ve",
        "hi",
        "hy",
        "ho",
        "ky",
        "phat",
        "chung",
        "tuyen",
        "an",
        "dan",
        "hoi",
        "giao",
        "giam",
        "y",
    )
)
_CUE = (
    rf"(?:(?<![a-z]){_NOT_BEFORE}sinh(?: nhat)?|(?<![a-z])(?:n\.?/?s\.?|s\.?n\.?|ngsinh|ngay sinh|nam sinh|"
    r"d\.?o\.?b\.?|date of birth|birth ?da(?:te|y)|born)(?![a-z])|出生日期|出生年月日|出生于?|生日|生于|(?<=我)生)"
)
_FILLER = (
    r"(?:[ :,.()=\[\]*-]|ngay|thang|nam|hom|la|vao|luc|ra|con|chau|be|em be|em|doi|trai|gai|dau long|"
    r"thu [a-z0-9]{1,4}|\d{1,2} ?(?:h|gio|:)(?:\d\d)?(?!\d)|"
    r"nhat|cua|toi|minh|vo|chong|me|bo|no|thuong|mo|mong|mung|"
    r"on|the|is|in|was|my|his|her|date|am lich|duong lich|/|是|在|于|为)"
)
_TOLD = re.compile(rf"{_CUE}(?![a-z]){_FILLER}{{0,14}}?(?<![0-9])(?<![0-9][./-])(?P<date>{_AFTER_WORD})")
_PEOPLE = (
    r"(?:em|toi|con|chau|be|vo|chong|me|bo|anh|chi|no|moi|duoc|la|do|ngay|thang|nam|thi|minh|vo em|con em|cu|ba|ong)"
)
_THEN = re.compile(
    rf"(?<![0-9a-z])(?<![0-9][./-])(?P<date>{_DATE})[ ,(:-]{{0,3}}(?:{_PEOPLE}[ ,]{{1,2}}){{0,5}}"
    r"(?:(?:sinh|chao doi|ra doi)(?! (?:hoat|vien|hoc|ke|song))(?![a-z])"
    r"|(?:was|is) (?:my|his|her)? ?(?:born|birthday|dob)|出生|生的|生日)"
)
_ANY = re.compile(rf"(?<![0-9a-z])(?<![0-9][./-])(?P<date>{_DATE})")
#: Between a name and a date: signs, man or woman.
_BESIDE = re.compile(r"[ ,:;.()|/-]{0,3}(?:(?:nam|nu|gioi tinh nam|gioi tinh nu)(?![a-z])[ ,:;.()|/-]{0,3})?")
#: A name in small letters has its middle word: "nguyen van an".
_SMALL = re.compile(r"(?<![a-z])[a-z]{2,6} (?:van|thi) [a-z]{1,7}(?: [a-z]{1,7})?(?=[ ,:;.()|/-]{1,3}[0-9])")


def claim(sheet: Sheet) -> None:
    """Claims dates of birth, and lets all other whole dates stay."""
    for shape in (_TOLD, _THEN):
        for found in shape.finditer(sheet.plain):
            sheet.claim(Kind.BIRTH, *found.span("date"))
    dates = [found.span("date") for found in _ANY.finditer(sheet.plain)]
    if dates:
        _beside_names(sheet, dates)
    for start, end in dates:
        if sheet.free(start, end):
            sheet.stay(start, end)


def _beside_names(sheet: Sheet, dates: list[tuple[int, int]]) -> None:
    ends, starts = _people(sheet)
    for start, end in dates:
        before = [at for at in range(max(0, start - 16), start + 1) if at in ends]
        after = [at for at in range(end, min(len(sheet.plain), end + 4) + 1) if at in starts]
        if any(_BESIDE.fullmatch(sheet.plain, at, start) for at in before) or any(
            _BESIDE.fullmatch(sheet.plain, end, at) for at in after
        ):
            sheet.claim(Kind.BIRTH, start, end)


def _people(sheet: Sheet) -> tuple[set[int], set[int]]:
    """Where names end and begin, as places of the folded text."""
    spans = [
        (bisect_left(sheet.folded.places, a), bisect_left(sheet.folded.places, b)) for a, b in names(sheet.folded.text)
    ]
    spans += [found.span() for found in _SMALL.finditer(sheet.plain)]
    return {end for _, end in spans}, {start for start, _ in spans}
