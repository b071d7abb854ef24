"""One text while it is searched: what is found so far, and which letters are spoken for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.privacy.cues import Cues
from bot.privacy.folding import Folded
from bot.privacy.found import Found, Kind


class Sheet:
    """Whoever claims letters first has them."""

    def __init__(self, folded: Folded) -> None:
        self.folded = folded
        self.plain = folded.plain
        self.cues = Cues(folded.plain)
        self._taken = bytearray(len(folded.plain))
        self._found: list[tuple[Kind, int, int]] = []

    def free(self, start: int, end: int) -> bool:
        """Whether nobody has any of these letters."""
        return not any(self._taken[start:end])

    def stay(self, start: int, end: int) -> None:
        """These letters are no secret."""
        self._taken[start:end] = b"\1" * (end - start)

    def claim(self, kind: Kind, start: int, end: int) -> bool:
        """These letters are of this kind; False where somebody has some of them already."""
        if not self.free(start, end):
            return False
        self.stay(start, end)
        self._found.append((kind, start, end))
        return True

    def matches(self, shape: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Free places of a shape. After one that was not claimed the search goes on one letter later."""
        found = shape.search(self.plain)
        while found:
            if self.free(*found.span()):
                yield found
            claimed = not self.free(*found.span())
            found = shape.search(self.plain, found.end() if claimed else found.start() + 1)

    def found(self) -> tuple[Found, ...]:
        """All of it, in order, as places of the original text."""
        ordered = sorted(self._found, key=lambda one: one[1])
        return tuple(Found(kind, *self.folded.span(start, end)) for kind, start, end in ordered)
