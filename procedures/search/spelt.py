"""Names as the index spells them, each looked at once: nearly all names of a new index stood in the one before."""

from __future__ import annotations

from procedures.search.query import matter
from procedures.typed.fold import fold, tokens


class Spelt:
    """Syllables by name. What an older one has found is taken from it, and what is not asked for again forgotten."""

    def __init__(self, known: Spelt | None = None) -> None:
        self._known = known
        self._whole: dict[str, list[str]] = {}
        self._stripped: dict[str, tuple[str, ...]] = {}

    def whole(self, name: str) -> list[str]:
        """What of a name names a matter; all of it where nothing does."""
        found = self._whole.get(name)
        if found is None:
            found = self._known._whole.get(name) if self._known else None
            self._whole[name] = found = found or list(matter(name).syllables) or tokens(name)
        return found

    def stripped(self, name: str) -> tuple[str, ...]:
        """What names a matter where it is typed without accents."""
        found = self._stripped.get(name)
        if found is None:
            found = self._known._stripped.get(name) if self._known else None
            self._stripped[name] = found = matter(fold(name)).syllables if found is None else found
        return found

    def done(self) -> None:
        """Lets go of the older one."""
        self._known = None
