"""What staff type: cleaned, neither empty nor endless."""

from __future__ import annotations

from bot.errors import Refused
from procedures.typed.fold import tidy

#: Characters, after cleaning.
LONGEST = 4000


def cleaned(text: str, *, may_be_empty: bool = False) -> str:
    """The text as it is kept. Raises Refused: empty, too_long."""
    clean = tidy(text).replace("\r\n", "\n").strip()
    if not clean and not may_be_empty:
        raise Refused("empty")
    if len(clean) > LONGEST:
        raise Refused("too_long", longest=str(LONGEST))
    return clean
