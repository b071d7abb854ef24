"""Buttons about a case: what they carry, and how it is read again. A channel hands on a token, a page what it likes."""

from __future__ import annotations

import json
import re
from typing import Any

#: A case is named by at most nine digits; whose it is, is looked up when somebody presses.
_SHAPES = (
    re.compile(r'/rate\{"case": (?P<case>\d{1,9}), "stars": (?P<stars>[1-5])\}', re.ASCII),
    re.compile(r'/rate\{"case": (?P<case>\d{1,9}), "do": "(?P<do>words|skip)"\}', re.ASCII),
    re.compile(r'/case\{"case": (?P<case>\d{1,9}), "do": "(?P<do>cancel|line|transcript)"\}', re.ASCII),
    re.compile(r'/case\{"case": (?P<case>\d{1,9}), "do": "(?P<do>place)", "place": "(?P<place>\d{5})"\}', re.ASCII),
)


def rating(case_id: int, stars: int) -> str:
    """The payload of a rating, 1 to 5 stars."""
    return f"/rate{json.dumps({'case': case_id, 'stars': stars})}"


def rating_words(case_id: int, do: str) -> str:
    """The payload of "words" (something is to be added to a rating) or "skip" (nothing after all)."""
    return f"/rate{json.dumps({'case': case_id, 'do': do})}"


def case(case_id: int, do: str, **more: str) -> str:
    """The payload of "cancel", "line", "transcript", or "place" with the five digits of a commune."""
    return f"/case{json.dumps({'case': case_id, 'do': do, **more})}"


def read(payload: str) -> dict[str, Any] | None:
    """What a payload of ours asks for: `do` ("rate" for stars), `case`, and `stars` or `place`; None for any other."""
    told = next(filter(None, (shape.fullmatch(payload) for shape in _SHAPES)), None)
    if told is None:
        return None
    found: dict[str, Any] = {"do": "rate", **told.groupdict()}
    return {name: int(value) if name in ("case", "stars") else value for name, value in found.items()}
