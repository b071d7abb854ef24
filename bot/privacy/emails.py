"""Addresses of e-mail, also as people hide them: "an.nguyen (at) gmail.com", "a còng", "chấm com"."""

from __future__ import annotations

import re

from bot.privacy.found import Kind
from bot.privacy.published import is_published
from bot.privacy.sheet import Sheet

_AT = r"(?: ?@ ?| ?[(\[{] ?(?:at|a cong|@) ?[)\]}] ?| (?:a cong|at|a moc|a vong) )"
_DOT = r"(?: ?\. ?| ?[(\[{] ?(?:dot|cham|\.) ?[)\]}] ?| (?:dot|cham) )"
_LOCAL = r"(?<![a-z0-9._%+-])[a-z0-9_%+-]{1,64}(?:\.[a-z0-9_%+-]{1,64}){0,5}"
_PROVIDER = r"(?:gmail|yahoo|hotmail|outlook|icloud|yandex|qq|163|126|proton(?:mail)?|zoho)"
_SHAPES = (
    re.compile(rf"{_LOCAL}@[a-z0-9-]{{1,63}}(?:\.[a-z0-9-]{{1,63}}){{1,4}}"),
    re.compile(rf"{_LOCAL} ?@ ?[a-z0-9-]{{1,63}} ?\. ?[a-z]{{2,6}}(?:\.[a-z]{{2}})?(?![a-z0-9])"),
    re.compile(rf"{_LOCAL}{_AT}[a-z0-9-]{{1,63}}{_DOT}(?:com|vn|net|org|edu|cn|info|io)(?:{_DOT}vn)?(?![a-z0-9])"),
    # "gmail của em là an.nguyen90@": the rest is known to everybody.
    re.compile(rf"{_LOCAL} ?@ ?{_PROVIDER}(?![a-z0-9])"),
)
#: Words that are no beginning of an address: "hop tai nha at abc.com".
_MAY_BE = re.compile(r"[@(\[]|a cong|cham|dot")


def claim(sheet: Sheet) -> None:
    """Claims them; one that the province has published stays."""
    if not _MAY_BE.search(sheet.plain):
        return
    for shape in _SHAPES:
        for found in sheet.matches(shape):
            if is_published(re.sub(r"\s", "", found.group())):
                sheet.stay(*found.span())
            else:
                sheet.claim(Kind.EMAIL, *found.span())
