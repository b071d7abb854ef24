"""Takes out of anything that is to be stored what a citizen told of themselves, in whatever form it has come to be.

The engine writes numbers without spaces, telephones with their 0, days as in 1990-03-12; an action may say them again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from bot.privacy.masking import MASK, masked

_T = TypeVar("_T")
#: Letters and digits at least, below which a number is looked for only as it was written.
_LEAST = 6
_DAY = re.compile(r"(\d{1,2})\D{1,9}(\d{1,2})\D{1,9}(\d{4})")
_ISO_DAY = re.compile(r"(\d{4})\D{1,4}(\d{1,2})\D{1,4}(\d{1,2})")
#: What may stand between two signs of a number.
_BETWEEN = r"[^\w\n]{0,3}"


def cover(value: _T, secrets: Sequence[str]) -> _T:
    """The same value (strings, and what JSON can hold of them) with MASK in the place of each secret."""
    shape = _shape(secrets)
    return value if shape is None else walked(value, lambda said: shape.sub(MASK, said))


def cover_json(document: str | None, secrets: Sequence[str]) -> str | None:
    """The same for JSON: what is in its strings, so that it stays JSON.

    A sentence is masked by itself too: one that was mended on its way may say a number in other words.
    """
    shape = _shape(secrets)
    if not document or shape is None:
        return document
    hidden = walked(json.loads(document), lambda said: _sentence(shape.sub(MASK, said)))
    return json.dumps(hidden, ensure_ascii=False)


def _sentence(text: str) -> str:
    return masked(text) if " " in text else text


def walked(value: Any, how: Callable[[str], str]) -> Any:
    """The same value with `how` done to each string in it, names of JSON among them."""
    if isinstance(value, str):
        return how(value)
    if isinstance(value, dict):
        return {how(name): walked(one, how) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(walked(one, how) for one in value)
    return value


def _shape(secrets: Sequence[str]) -> re.Pattern[str] | None:
    # The longest first, or a part of it would be found in its place.
    shapes = [one for secret in sorted(set(secrets), key=len, reverse=True) for one in _shapes(secret)]
    return re.compile("|".join(shapes), re.IGNORECASE) if shapes else None


def _shapes(secret: str) -> list[str]:
    """Patterns of one secret: as it was written, as a number without what parts it, as a day."""
    return [re.escape(secret), *_as_number(secret), *_as_day(secret)]


def _as_number(secret: str) -> list[str]:
    """With anything between its signs; a telephone number with 0, 84, +84 or nothing before it."""
    if "@" in secret:
        return []
    signs = "".join(re.findall(r"[A-Za-z]*\d[A-Za-z\d]*|\d+", secret))
    if len(signs) < _LEAST or not any(sign.isdigit() for sign in signs):
        return []
    bare = re.sub(r"^(?:0084|84|0)(?=\d{9,10}$)", "", signs)
    before = r"(?:(?:00|\+)?84|0)?" + _BETWEEN if bare != signs else ""
    return [rf"(?<![\d]){before}{_BETWEEN.join(map(re.escape, bare))}(?!\d)"]


def _as_day(secret: str) -> list[str]:
    said, iso = _DAY.search(secret), _ISO_DAY.search(secret)
    if not (said or iso):
        return []
    day, month, year = said.groups() if said else iso.groups()[::-1]  # type: ignore[union-attr]
    day, month = f"0?{int(day)}", f"0?{int(month)}"
    return [
        rf"(?<!\d){day}\D{{1,9}}{month}\D{{1,9}}{year}(?!\d)",
        rf"(?<!\d){year}\D{{1,4}}{month}\D{{1,4}}{day}(?!\d)",
    ]
