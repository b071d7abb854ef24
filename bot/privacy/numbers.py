"""Numbers of figures alone: by their shape, by the words beside them, and by their mere length."""

from __future__ import annotations

import re

from bot.privacy import published
from bot.privacy.cues import BEFORE, Cue
from bot.privacy.digits import Number, loose, said, tight
from bot.privacy.found import Kind
from bot.privacy.lookalikes import ADDRESS, BARE_SUM
from bot.privacy.sheet import Sheet

_S = r"[ .,_/·*-]{0,2}"
#: Provinces in identity numbers go up to 096.
_PROVINCES = range(1, 97)
#: How people part the 12 figures of an identity number.
_PARTED = frozenset(
    (
        *((12,), (3, 3, 3, 3), (4, 4, 4), (3, 9), (6, 6), (3, 3, 6), (3, 1, 2, 6), (6, 3, 3), (3, 4, 5), (4, 8)),
        *((8, 4), (2,) * 6, (1,) * 12, (5, 7), (7, 5), (9, 3), (3, 1, 8), (3, 6, 3), (4, 3, 5), (5, 4, 3)),
    )
)
_TWELVE = re.compile(rf"(?<!\d)0(?:{_S}\d){{11}}(?!\d)")
#: Of a Chinese citizen: place, date of birth, order, check.
_EIGHTEEN = re.compile(r"(?<!\d)[1-9]\d{5} ?(?:19|20)\d\d(?:0[1-9]|1[0-2])[0-3]\d ?\d{3}[\dx](?![\da-z])")
_P = r"[ ._*·,/-]{0,2}"
_ABROAD = rf"\(?(?:\+ ?|00)84\)?{_P}(?:\(?0\)?)?"
_MOBILE = rf"(?:{_ABROAD}{_P}|84{_P}|(?:0|(?<![a-z])o){_P})[35789](?:{_P}\d){{8}}(?!\d)"
_PHONES = (
    re.compile(rf"(?<!\d){_MOBILE}"),
    re.compile(rf"(?<!\d)(?:{_ABROAD}|\(?0{_P})2\)?(?:[ ._,)-]{{0,2}}\d){{9}}(?!\d)"),
    # Mobile numbers of eleven figures until 2018, and telephones of before 2015 with their old prefix.
    re.compile(rf"(?<!\d)0{_P}1{_P}[2689](?:{_P}\d){{8}}(?!\d)"),
    re.compile(rf"(?<!\d)\(?0{_P}2\d?\)?(?:[ ._,)-]{{0,2}}\d){{7,8}}(?!\d)"),
    # From abroad, and mobile numbers of China.
    re.compile(r"(?<![\d+])\+ ?\(?[1-9]\d{0,2}\)?(?:[ .-]{0,2}\d){8,12}(?!\d)"),
    re.compile(r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)"),
)
_CARD = re.compile(r"(?<!\d)(?:\d{4}([ ._-])\d{4}\1\d{4}\1\d{4}|3\d{3}[ -]\d{6}[ -]\d{5})(?!\d)")
_OLD = re.compile(r"(?<!\d)(?<!\d[ .-])0\d\d([ .-])\d{3}\1\d{3}(?!\d)(?![.,/-]\d)")
#: Lengths that a number has in full, by its word: after the word, parts may stand apart from each other.
_FULL = {Kind.IDENTITY: (12, 9), Kind.INSURANCE: (10, 13), Kind.PHONE: (10, 11)}
#: Lengths that are believed of one row after its word, mistyped ones among them.
_BELIEVED = {
    Kind.IDENTITY: range(8, 15),
    Kind.INSURANCE: range(8, 16),
    Kind.PHONE: range(9, 13),
    Kind.BANK: range(6, 20),
    Kind.PASSPORT: range(7, 10),
}
#: Words after which even a telephone of 7 figures is one, without the prefix of its place.
_SURELY = re.compile(r"s\.?d\.?t|so ?dt|so dien thoai|dien thoai|tel|phone|zalo|电话|手机")
#: By length alone, where nothing is said of it.
_BARE = {9: Kind.OLD_IDENTITY, 10: Kind.INSURANCE, 11: Kind.INSURANCE, 12: Kind.IDENTITY}
_LONGEST_SHORT, _FEWEST_BARE = 12, 9
_NEAR = 12
_COUNTED = "0123456789"


def claim(sheet: Sheet) -> None:
    """Claims them, the surest first."""
    rows = tight(sheet.plain)
    _accounts(sheet, rows)
    for found in sheet.matches(_EIGHTEEN):
        sheet.claim(Kind.IDENTITY, *found.span())
    _identities(sheet, any_parts=False)
    _telephones(sheet)
    for found in sheet.matches(_CARD):
        sheet.claim(Kind.BANK, *found.span())
    _identities(sheet, any_parts=True)
    _named(sheet)
    _rows(sheet, rows)
    _spoken(sheet)


def _accounts(sheet: Sheet, rows: list[Number]) -> None:
    """After a word of banks a row is an account, whatever it looks like."""
    for row in rows:
        cue = sheet.cues.before(row.start)
        if cue and cue.kind is Kind.BANK and len(row.digits) in _BELIEVED[Kind.BANK] and not _is_sum(sheet, row):
            sheet.claim(Kind.BANK, row.start, row.end)


def _identities(sheet: Sheet, any_parts: bool) -> None:
    for found in sheet.matches(_TWELVE):
        digits = _figures(found.group())
        groups = tuple(len(group) for group in re.findall(r"\d+", found.group()))
        if int(digits[:3]) in _PROVINCES and (any_parts or groups in _PARTED):
            sheet.claim(Kind.IDENTITY, *found.span())


def _telephones(sheet: Sheet) -> None:
    for shape in _PHONES:
        for found in sheet.matches(shape):
            digits = published.local(_figures(found.group()))
            if published.is_published(digits):
                sheet.stay(*found.span())
            elif not _harmless(sheet, found.start()):
                sheet.claim(_said_to_be(sheet, found.start(), Kind.PHONE, len(digits)), *found.span())
    for found in sheet.matches(_OLD):
        sheet.claim(Kind.OLD_IDENTITY, *found.span())


def _named(sheet: Sheet) -> None:
    """After its word a number may come in parts, with words between them."""
    cues = sheet.cues.all
    for at, cue in enumerate(cues):
        if cue.kind not in _FULL:
            continue
        stop = cues[at + 1].start if at + 1 < len(cues) else len(sheet.plain)
        whole = [one for one in loose(sheet.plain, cue.end, BEFORE, stop) if _is_whole(cue.kind, one)]
        if whole:
            best = max(whole, key=lambda one: len(one.digits))
            sheet.claim(_exact(cue.kind, len(best.digits)), best.start, best.end)


def _is_whole(kind: Kind, number: Number) -> bool:
    if len(number.digits) not in _FULL[kind]:
        return False
    return kind is not Kind.PHONE or number.digits.startswith(("0", "84"))


def _rows(sheet: Sheet, rows: list[Number]) -> None:
    """Rows that nobody has claimed: by the word before, the word after, by their length."""
    addresses = [found.span() for found in ADDRESS.finditer(sheet.plain)] if "." in sheet.plain else []
    for row in rows:
        if not sheet.free(row.start, row.end) or published.is_published(row.digits):
            continue
        cue = sheet.cues.before(row.start)
        if cue is None:
            cue = _behind(sheet, row)
        if cue and cue.kind and _fits(sheet, cue, row):
            sheet.claim(_exact(cue.kind, len(row.digits)), row.start, row.end)
        elif not _harmless(sheet, row.start) and not any(a <= row.start < b for a, b in addresses):
            _bare(sheet, row)


def _fits(sheet: Sheet, cue: Cue, row: Number) -> bool:
    if cue.kind is Kind.PHONE and len(row.digits) in (7, 8) and not _is_sum(sheet, row):
        return bool(_SURELY.match(sheet.plain, cue.start)) and row.digits[0] != "1"
    if cue.kind not in _BELIEVED or len(row.digits) not in _BELIEVED[cue.kind]:
        return False
    return not _is_sum(sheet, row) or (cue.start < row.start and len(row.digits) == 9)


def _behind(sheet: Sheet, row: Number) -> Cue | None:
    """The word behind a number, unless a number of its own follows it."""
    cue = sheet.cues.after(row.end)
    if cue is None or "\n" in sheet.plain[row.end : cue.start] or re.search(r"\d", sheet.plain[row.end : cue.start]):
        return None
    return None if re.match(r"[ :=.la]{0,5}\d", sheet.plain[cue.end : cue.end + 6]) else cue


def _bare(sheet: Sheet, row: Number) -> None:
    """A row of nine figures or more without a sign in it. A round one is a sum; one with letters names a thing."""
    length = len(row.digits)
    round_sum = length <= _LONGEST_SHORT and row.digits[0] != "0" and row.digits.endswith("000")
    behind = _behind(sheet, row)
    named = (behind is not None and behind.kind is None) or sheet.plain[row.end : row.end + 1].isalpha()
    if len(row.groups) == 1 and length >= _FEWEST_BARE and not round_sum and not named:
        sheet.claim(_BARE.get(length, Kind.BANK), row.start, row.end)


def _spoken(sheet: Sheet) -> None:
    for number in said(sheet.plain):
        cue, length = sheet.cues.before(number.start), len(number.digits)
        kind = cue.kind if cue and cue.kind in _BELIEVED else None
        if number.digits in _COUNTED or (kind is None and length < _FEWEST_BARE):
            continue
        guess = Kind.PHONE if length == 10 and number.digits[0] == "0" else _BARE.get(length, Kind.BANK)
        sheet.claim(_exact(kind, length) if kind else guess, number.start, number.end)


def _is_sum(sheet: Sheet, row: Number) -> bool:
    """Thousands parted, or a round number: money, until something says otherwise."""
    if len(row.groups) == 1:
        return row.digits[0] != "0" and row.digits.endswith("000") and len(row.digits) < _FEWEST_BARE + 1
    found = BARE_SUM.match(sheet.plain, row.start)
    return bool(found and found.end() == row.end and len(row.digits) <= _FEWEST_BARE)


def _harmless(sheet: Sheet, start: int) -> bool:
    """Whether the words just before say that it is a number of a thing."""
    cue = sheet.cues.before(start, _NEAR)
    return bool(cue and cue.kind is None and not re.search(r"\d", sheet.plain[cue.end : start]))


def _said_to_be(sheet: Sheet, start: int, kind: Kind, length: int) -> Kind:
    """What the word before says that it is, where its length may be."""
    cue = sheet.cues.before(start)
    if cue and cue.kind in _BELIEVED and length in _BELIEVED[cue.kind]:
        return cue.kind
    return kind


def _exact(kind: Kind, length: int) -> Kind:
    return Kind.OLD_IDENTITY if kind is Kind.IDENTITY and length == 9 else kind


def _figures(text: str) -> str:
    return "".join("0" if char == "o" else char for char in text if char.isdigit() or char == "o")
