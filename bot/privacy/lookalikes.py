"""Numbers that tell nobody who somebody is, and so stay: codes, decisions, files, sums, sizes, hotlines."""

from __future__ import annotations

import re

#: Before and behind a number nothing goes on that would make it a longer one.
_FROM = r"(?<![a-z0-9])(?<![0-9][.,/-])"
_TO = r"(?![a-z0-9])(?![.,/-][0-9])"
#: A sum has its thousands parted or is short; a longer row of figures before a "k" ("không") or "d" is no sum.
_SUM = (
    r"(?!0[0-9])(?:\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?"
    r"|(?<![0-9] )\d{1,3}(?: \d{3})+|\d{1,12}(?=[ ]?(?:dong|vnd))|\d{1,5}[.,]\d{1,3}|\d{1,7}|\d{1,9}000)"
)
_UNIT = (
    r"(?:dong|d|vnd|k|nghin|ngan|ngh|trieu|tr|cu|chai|lit|ty|ti|usd|do la|dollars?|te|ndt|rmb|cny|yuan|euros?|eur"
    r"|m2|m|met vuong|met|ha|hecta|hec ta|sao|mau|cong dat|km|kg|ta|tan|%"
    r"|元|块|万|越南盾|越盾|盾|人民币|平方米|平米|公顷|亩|公里)"
)
_SHAPES = (
    # The file of somebody's application: 000.00.01.H14-260813-0001.
    r"(?:\d{3}[. ]?\d\d[. ]?\d\d[. ]?)?[a-z]\d\d(?:\.\d{2,3}){0,3}[-_ .]{0,3}\d{6}[-_ .]{0,3}\d{4,5}",
    # A procedure: 1.001193, and as the portal writes it out.
    r"\d\.\d{6}(?:\.[0-9a-z]{2,6}){0,5}",
    # A decision, a law: 651/QD-BXD, 91/2025/QH15, 118/2025/ND-CP.
    r"\d{1,6}(?:\.\d{1,3})?(?:[-/]\d{4})?[-/][a-z]{2,10}\d{0,3}(?:[-/][a-z]{1,10}\d{0,3}){0,4}",
    rf"{_SUM} ?{_UNIT}",
    rf"(?:usd|vnd|\$|¥|rmb) ?{_SUM}",
    # Hotlines, which nobody owns.
    r"1[89]00[ .-]?(?:\d\d[ .-]?\d\d(?:[ .-]?\d\d)?|\d{3}[ .-]?\d{3})(?![ .-]?\d)",
    r"\d{1,2}(?:[:h]|h ?)\d\d(?:[:.]\d\d)?(?:[ ]?-[ ]?\d{1,2}[:h]\d\d)?",
    # The plate of a car or motorcycle.
    r"\d\d ?-? ?[a-z][a-z0-9]? ?-? ?\d{3}[.]?\d\d",
    r"(?:19|20)\d\d ?- ?(?:19|20)\d\d",
)
_HAN = r"[\u3400-\u9fff]"
STAYS = re.compile(rf"{_FROM}(?:{'|'.join(_SHAPES)})(?:{_TO}|(?<={_HAN})|(?<=%))")
#: A sum whose thousands are parted, and no unit: it stays unless a word says that it is a number of somebody's.
BARE_SUM = re.compile(rf"{_FROM}[1-9]\d{{0,2}}(?:[.,]\d{{3}})+{_TO}")
#: In an address of a page rows of figures are names of pages.
ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>\"]{1,2000}|(?<![a-z0-9@.-])[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}/[^\s<>\"]{0,2000}"
)
