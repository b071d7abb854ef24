"""Numbers and dates that tell who somebody is: where they stand in a text, and the text without them.

What stays: codes, decisions, files, sums, days that are no birthdays, hotlines, and what the province has published
(bot.privacy.published). Doubt masks: a figure too few costs a question, one too many somebody's secret.
"""

from __future__ import annotations

import re

from bot.privacy import births, emails, numbers, papers
from bot.privacy.cues import MASKED
from bot.privacy.digits import SAID
from bot.privacy.folding import folded
from bot.privacy.found import Found, Kind
from bot.privacy.lookalikes import STAYS
from bot.privacy.sheet import Sheet

__all__ = ["MASK", "Found", "Kind", "find", "masked"]

#: Stands for what nobody needs to read.
MASK = MASKED * 3
#: Signs of an address that is typed or spelled out.
_WORTH = re.compile(r"@|\bat\b|cong|[(\[]")
#: A date of birth may have its year in words.
_FEWEST = 2
#: What a number hid may be seen once it is gone; hardly ever twice.
_ROUNDS = 4


def find(text: str) -> tuple[Found, ...]:
    """What tells who somebody is, in the order of the text; spans never overlap. Linear in the length of the text."""
    found, rest = list[Found](), text
    for _ in range(_ROUNDS):
        more = _once(rest)
        if not more:
            break
        found += more
        rest = _blank(rest, more)
    return tuple(sorted(found, key=lambda one: one.start))


def masked(text: str) -> str:
    """The text with MASK in the place of each span that `find` finds. What is masked already does not change."""
    parts, at = list[str](), 0
    for one in find(text):
        parts += [text[at : one.start], MASK]
        at = one.end
    return "".join([*parts, text[at:]])


def _once(text: str) -> tuple[Found, ...]:
    read = folded(text)
    if not _is_worth(read.plain):
        return ()
    sheet = Sheet(read)
    for found in STAYS.finditer(read.plain):
        sheet.stay(*found.span())
    for finder in (emails, births, papers, numbers):
        finder.claim(sheet)
    return sheet.found()


def _blank(text: str, found: tuple[Found, ...]) -> str:
    """As whoever reads the masked text sees it, with every letter in its place."""
    letters = list(text)
    for one in found:
        letters[one.start : one.end] = MASKED * (one.end - one.start)
    return "".join(letters)


def _is_worth(plain: str) -> bool:
    """Most messages have no figures, addresses or spoken numbers: this look is all they cost."""
    if sum(map(plain.count, "0123456789")) >= _FEWEST:
        return True
    return bool(_WORTH.search(plain) or SAID.search(plain) or "sinh" in plain)
