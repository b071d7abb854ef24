"""Strict readers of what Zalo sends: they take what a value means, and never crash on what it is not."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timezone
from typing import Any

from bot.errors import NotReadable

#: Longest address of a citizen and longest id of a message, in characters: the columns that keep them.
MOST_ADDRESS, MOST_ID = 128, 160
#: Moments outside of these years are slips of the provider, in milliseconds since 1970.
_FIRST, _LAST = 1_262_304_000_000, 4_102_444_800_000  # 2010, 2100
_PRINTABLE = re.compile(r"[!-~]+")


def now() -> datetime:
    """This moment, UTC."""
    return datetime.now(timezone.utc)


def mapping(value: object, what: str) -> dict[str, Any]:
    """A JSON object. Raises NotReadable, which says what is none."""
    if not isinstance(value, dict):
        raise NotReadable(f"{what} is no object")
    return value


def within(value: object, key: str) -> object:
    """What an object holds under a key; None where it is no object or holds nothing."""
    return value.get(key) if isinstance(value, dict) else None


def identity(value: object, what: str, most: int = MOST_ID) -> str:
    """An id: text, or a number that becomes text, of at most so many printable characters. Raises NotReadable."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**most:
        value = str(value)
    if not isinstance(value, str) or len(value) > most or not _PRINTABLE.fullmatch(value):
        raise NotReadable(f"{what} is no id")
    return value


def person(value: object, what: str) -> str:
    """A citizen's id, which holds no colon: colons part the terms of an anonymous address. Raises NotReadable."""
    id_ = identity(value, what, MOST_ADDRESS)
    if ":" in id_:
        raise NotReadable(f"{what} holds a colon")
    return id_


def plain(value: object, most: int | None = None) -> str:
    """A text without what no database takes: control characters but for line ends and tabs, half surrogates.

    A number becomes text; everything else is no text, "".
    """
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**MOST_ID:
        value = str(value)
    if not isinstance(value, str):
        return ""
    return "".join(c for c in value if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))[:most]


def number(value: object) -> int | None:
    """A whole number from 0, as JSON number or as digits in a text; None for everything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 15:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**15:
        return value
    return None


def moment(value: object) -> datetime | None:
    """Milliseconds since 1970 as UTC; None where they are absurd."""
    milliseconds = number(value)
    if milliseconds is None or not _FIRST <= milliseconds < _LAST:
        return None
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc)
