"""A message in parts: two questions in one, each to be answered."""

from __future__ import annotations

import re

#: Folded words and signs between two questions.
_BETWEEN = re.compile(
    r"[.?!;\n。？！；，]+|,|\b(?:va|voi lai|voi ca|voi|roi thi|con nua|ngoai ra|dong thoi|ma|and|also)\b"
    r"|(?:还有|另外|以及|和|而且)"
)
#: Letters below which a part asks nothing by itself.
_LEAST = 5


def parts(folded: str, text: str) -> tuple[str, ...]:
    """Parts of a text that may each ask something; `folded` is the same text without accents, letter by letter.

    Empty where there is only one.
    """
    if len(folded) != len(text):
        text = folded
    found, last = [], 0
    for between in _BETWEEN.finditer(folded):
        found.append(text[last : between.start()])
        last = between.end()
    kept = [part.strip() for part in (*found, text[last:])]
    kept = [part for part in kept if _length(part) >= _LEAST]
    return tuple(kept) if len(kept) > 1 else ()


def _length(part: str) -> int:
    """Letters; a Chinese character counts as two."""
    return sum(2 if "\u3400" <= char <= "\u9fff" else char.isalnum() for char in part)
