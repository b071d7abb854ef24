"""Numbers and times in a folded message, by their shape and the words beside them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date

#: What takes a number and is no entity: the code of a procedure, a decree.
NOTHING = "nothing"

Found = re.Match[str]
#: The value; None where it is none of the kind after all, empty for the words as typed.
Read = Callable[[Found], "str | None"]

#: Words that say what a number beside them is, and how many letters away they may stand.
_IDENTITY = re.compile(r"\b(?:cmnd|cmtnd|cmt|chung minh|cccd|can cuoc|dinh danh|id)\b|身份证")
_INSURANCE = re.compile(r"\b(?:bhxh|bhyt|bh|bao hiem|insurance)\b|社保|医保|社会保险|医疗保险")
_PHONE = re.compile(r"\b(?:sdt|so dt|dt|dien thoai|phone|zalo|goi|lien he|call|hotline)\b|电话|手机")
_BEFORE, _AFTER = 32, 18
#: Two figures of a year below this are of this century.
_CENTURY = 40
#: A bare "đ" names no smaller sum: "mẫu 3 d".
_LEAST = 500
#: Provinces in identity numbers go up to 096.
_PROVINCES = range(1, 97)

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]*\.?"
#: Sums that are counted in something else may not stand before these: "1-2 ngày" is a span, "3 tháng 5 ngày" an age.
_COUNTED = (
    r"(?! ?(?:ngay|ban|tuan|thang|nam|nguoi|trieu|tr|nghin|ngan|k|gio|lan|to|tieng|dong|d|tuoi|buoi|m2|days?|weeks?"
    r"|months?|years?|people|copies)\b| ?[天次个年岁份])"
)
_SMALL = r"(?:\d{1,2}|mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi)"
_WHEN = r"(?:truoc|nay|sau|toi|ngoai|roi|vua roi)"
_AMOUNT = r"(?P<amount>\d{1,3}(?:[.,]\d{3})+|\d+(?:[.,]\d{1,2})?)"
_SCALES = (
    ("trieu", 10**6),
    ("tr", 10**6),
    ("million", 10**6),
    ("cu", 10**6),
    ("ty", 10**9),
    ("ti", 10**9),
    ("k", 1000),
    ("ngh", 1000),
    ("ngan", 1000),
    ("thousand", 1000),
    ("万", 10_000),
    ("", 1),
)


def numbers(folded: str) -> Iterator[tuple[str, str, int, int]]:
    """Kind, value, start and end, the surest kinds first; they may overlap."""
    for kind, pattern, read in _SHAPES:
        for found in pattern.finditer(folded):
            value = read(found)
            if value is not None:
                yield kind, value, *found.span()


def _digits(found: Found) -> str:
    return re.sub(r"[^0-9]", "", found.group())


def _before(found: Found) -> str:
    return found.string[max(0, found.start() - _BEFORE) : found.start()]


def _beside(found: Found, word: re.Pattern[str]) -> bool:
    after = found.string[found.end() : found.end() + _AFTER]
    return bool(word.search(_before(found)) or word.search(after))


def _dossier(found: Found) -> str | None:
    day = found.group("day")
    if not ("01" <= day[2:4] <= "12" and "01" <= day[4:] <= "31"):
        return None
    head = re.sub(r"[^0-9]", "", found.group("head") or "")
    front = f"{head[:3]}.{head[3:5]}.{head[5:]}." if head else ""
    return f"{front}{found.group('office').upper()}-{day}-{found.group('number')}"


def _identity(found: Found) -> str | None:
    return _digits(found) if int(_digits(found)[:3]) in _PROVINCES else None


def _old_identity(found: Found) -> str | None:
    return _digits(found) if _beside(found, _IDENTITY) else None


def _card(found: Found) -> str:
    return re.sub(r"[ .-]", "", found.group()).upper()


def _insurance(found: Found) -> str | None:
    """Ten digits are a telephone too: the nearer word before them decides."""
    ends = [max((word.end() for word in cue.finditer(_before(found))), default=0) for cue in (_INSURANCE, _PHONE)]
    return _digits(found) if _beside(found, _INSURANCE) and ends[0] >= ends[1] else None


def _phone(found: Found) -> str:
    """With its 0, whatever stood before."""
    return "0" + re.sub(r"^(?:0084|84(?=[0-9]{9})|)", "", _digits(found)).removeprefix("0")


def _date(found: Found) -> str:
    """ISO; as typed where it is no day of the calendar."""
    said = found.groupdict()
    month = int(said["m"]) if said.get("m") else _MONTHS.index(said["name"]) + 1
    year = int(said["y"])
    if len(said["y"]) == 2:
        year += 2000 if year < _CENTURY else 1900
    with suppress(ValueError):
        return date(year, month, int(said["d"])).isoformat()
    return ""


def _day(found: Found) -> str | None:
    """A day of a month; 24/7 is always, not a day of July."""
    day, month = int(found.group("d")), int(found.group("m"))
    return "" if 1 <= day <= 31 and 1 <= month <= 12 and found.group() != "24/7" else None


def _money(found: Found) -> str | None:
    """In đồng. "8.000" has thousands, "2,5 triệu" a fraction; "1tr2" is 1.200.000."""
    amount, unit, more = found.group("amount"), found.group("unit").strip(), (found.group("more") or "").strip()
    thousands = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", amount)
    value = float(re.sub(r"[.,]", "", amount) if thousands else amount.replace(",", "."))
    if unit == "d" and value < _LEAST:
        return None
    part = 0.5 if more == "ruoi" else float(f"0.{more or 0}")
    return str(round((value + part) * next(scale for start, scale in _SCALES if unit.startswith(start))))


def _as_said(_: Found) -> str:
    return ""


def _shape(kind: str, pattern: str, read: Read = _as_said) -> tuple[str, re.Pattern[str], Read]:
    """Within no longer word or number; Chinese stands without spaces."""
    return kind, re.compile(rf"(?<![a-z0-9/+])(?<![0-9][.,-])(?:{pattern})(?![a-z0-9]|[.,/-][0-9])", re.ASCII), read


_SHAPES = (
    _shape(
        "dossier",
        r"(?P<head>\d{3}[. ]?\d\d[. ]?\d\d[. ]?)?(?P<office>[a-z]\d\d(?:\.\d\d){0,3})"
        r"[-–_ .]{0,3}(?P<day>\d{6})[-–_ .]{0,3}(?P<number>\d{4})",
        _dossier,
    ),
    _shape(NOTHING, r"\d\.\d{6}(?:\.\S+)?"),
    _shape(NOTHING, r"\d+(?:\.\d+)?(?:/\d{4})?/[a-z]{2}[a-z]*\d*(?:-[a-z]+)*"),
    _shape("insurance", r"[a-z]{2}\d(?:[ .-]?\d){12}", _card),
    _shape("insurance", r"(?:dn|hx|ch|nn|tk|hc|ht|tb|ct|hn|dt|dk|te|hs|sv|gd|gb)[ -]\d(?:[ .-]?\d){12}", _card),
    _shape(
        "identity",
        r"0\d{11}|0\d\d(?:[ .-]\d{3}){3}|0\d{3}(?:[ .-]\d{4}){2}|0\d\d[ .-]\d{9}|0\d{5}[ .-]\d{6}",
        _identity,
    ),
    _shape("identity", r"0\d\d[ .-]\d[ .-]\d\d[ .-]\d{6}", _identity),
    _shape("identity", r"\d{3}([ .]?)\d{3}\1\d{3}(?! ?(?:d|dong|vnd)\b)", _old_identity),
    _shape("insurance", r"\d{10}|\d{4}[ .]\d{3}[ .]\d{3}|\d\d(?:[ .]\d\d){4}|\d{3}[ .]\d{3}[ .]\d{4}", _insurance),
    _shape("phone", r"(?:(?:\+|00)84[ .-]?(?:\(0\)|0)?|84|0)[35789](?:[ .-]?\d){8}", _phone),
    _shape("phone", r"(?:(?:\+|00)84[ .-]?|\(?0)2(?:\)?[ .-]?\d){9}", _phone),
    _shape("date", r"(?:(?:ngay|mong|mung) )?(?P<d>\d{1,2})(?P<by>[/.-])(?P<m>\d{1,2})(?P=by)(?P<y>\d{4}|\d\d)", _date),
    _shape("date", r"(?P<y>\d{4})[-/](?P<m>\d\d)[-/](?P<d>\d\d)", _date),
    _shape(
        "date", r"(?:(?:ngay|mong|mung) )?(?P<d>\d{1,2}) thang (?P<m>\d{1,2})(?:,? nam |, | ?/ ?| )(?P<y>\d{4})", _date
    ),
    _shape("date", r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?P<d>\d{1,2})[日号]?", _date),
    _shape("date", rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH},? (?P<y>\d{{4}})", _date),
    _shape("date", rf"{_MONTH} (?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y>\d{{4}})", _date),
    _shape(
        "money",
        r"\d[\d.,]* ?(?:te|nhan dan te|usd|do la|dollars?|yuan|rmb|cny|euros?|\$|元|块钱?|人民币|美元)"
        r"|\$ ?\d[\d.,]*\d|\$\d",
    ),
    _shape(
        "money",
        rf"{_AMOUNT}(?P<unit> ?dong| ?d| ?vnd|k| ?(?:nghin|ngan|trieu|million|thousand|ty|ti)| cu| ?tr"
        r"| ?万?(?:越南盾|越盾|盾))(?P<more> ruoi|(?<=tr)\d)?(?: (?:dong|vnd))?",
        _money,
    ),
    _shape("date", r"(?:ngay|mong|mung) (?P<d>\d{1,2})[/-](?P<m>\d{1,2})", _day),
    _shape("date", rf"(?P<d>\d{{1,2}})[/-](?P<m>\d{{1,2}}){_COUNTED}", _day),
    _shape("date", r"(?:thang )?(?:0?[1-9]|1[0-2])/(?:19|20)\d\d|thang (?:0?[1-9]|1[0-2]) nam (?:19|20)\d\d"),
    _shape("date", rf"(?:(?:ngay|mong|mung|ram) )?\d{{1,2}} thang (?:\d{{1,2}}|gieng|chap){_COUNTED}"),
    _shape("date", rf"(?:mong|mung) {_SMALL}(?: thang (?:{_SMALL}|gieng|chap))?|ram thang (?:{_SMALL}|gieng|chap)"),
    _shape("date", rf"ngay \d{{1,2}}{_COUNTED}|(?<!\d )thang (?:\d{{1,2}}|gieng|chap){_COUNTED}|nam (?:19|20)\d\d"),
    _shape("date", rf"(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat|t[2-7]|cn) (?:tuan )?{_WHEN}"),
    _shape(
        "date",
        r"(?:sang|chieu|ngay|hom) thu (?:hai|ba|tu|nam|sau|bay|[2-7])",
    ),
    _shape(
        "date",
        rf"(?:\d+ |(?:dau|giua|cuoi) )?(?:tuan|thang|nam) {_WHEN}|(?:dau|giua|cuoi) (?:tuan|thang|nam)"
        r"|sang (?:thang|tuan)",
    ),
    _shape(
        "date", r"hom (?:qua|nay|kia|no|truoc|kia)|ngay (?:mai|kia|hom qua|hom nay)|(?:sang|trua|chieu) (?:mai|nay|qua)"
    ),
    # Mai is a name too.
    _shape(
        "date",
        r"(?<!chi )(?<!co )(?<!ba )(?<!ten )(?<!thi )(?<!cho )(?<!bac )(?<!ban )(?<!chau )"
        r"mai(?= (?:em|e|toi|minh|con|chau|ra|den|di|lam|nop|len|co|thi|nghi)\b)|chu nhat",
    ),
    _shape("date", r"(?:the )?(?:day (?:before yesterday|after tomorrow))|yesterday|today|tomorrow"),
    _shape("date", r"(?:last|next|this) (?:week|month|year|monday|tuesday|wednesday|thursday|friday|saturday|sunday)"),
    _shape(
        "date",
        r"昨天|今天|明天|前天|后天|上周|下周|本周|这周|上个?星期|下个?星期|上个?月|下个?月|去年|今年|明年|\d{1,2}月\d{1,2}[日号]",
    ),
)
