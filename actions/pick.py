"""A place in a list, said in words: "cái thứ hai", "số 2", "the last one"."""

from __future__ import annotations

import re

from procedures.typed.fold import fold

#: Folded words for places in a list.
_ORDINALS = (
    (r"\b(1|mot|nhat|dau|dau tien|tren|tren cung|first)\b", 0),
    (r"\b(2|hai|nhi|second)\b", 1),
    (r"\b(3|ba|third)\b", 2),
    (r"\b(4|bon|tu|fourth)\b", 3),
    (r"\b(5|nam|fifth)\b", 4),
    (r"\b(6|sau|sixth)\b", 5),
    (r"\b(cuoi|cuoi cung|duoi|duoi cung|last)\b", -1),
)
#: A number that can be nothing but a place in a list, wherever it stands.
_NUMBERED = re.compile(r"\b(?:so|chon|muc|option|number|no\.?|choice|lay so) ?(\d)(?![\d.,/]|\w)|[选選第] ?(\d)(?!\d)")


def picked(text: str, choices: tuple[str, ...]) -> str | None:
    """The code that "cái thứ hai" or "2" means among the choices; None if it means none of them."""
    if not choices:
        return None
    said = fold(text)
    for pattern, place in _ORDINALS:
        if re.search(pattern, said) and place < len(choices):
            return choices[place]
    return None


def numbered(text: str, choices: tuple[str, ...]) -> str | None:
    """The code of "…, số 2" within a longer message; None where no such number is said."""
    found = _NUMBERED.search(fold(text))
    place = int(found.group(1) or found.group(2)) if found else 0
    return choices[place - 1] if 0 < place <= len(choices) else None
