"""Names as the index spells them, each looked at once: nearly all names of a new index stood in the one before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from procedures.search.query import matter
from procedures.typed.fold import fold, tokens


class Spelt:
    """Syllables by name. What an older one has found is taken from it, and what is not asked for again forgotten."""

    def __init__(self, known: Spelt | None = None) -> None:
        self._known = known
        self._whole: dict[str, list[str]] = {}
        self._stripped: dict[str, tuple[str, ...]] = {}
        #: Whether anything was looked at that no older one knew.
        self.more = False

    @classmethod
    def of(cls, whole: Mapping[str, list[str]], stripped: Mapping[str, Sequence[str]]) -> Spelt:
        """What `told` gave."""
        spelt = cls()
        spelt._whole = dict(whole)
        spelt._stripped = {name: tuple(found) for name, found in stripped.items()}
        return spelt

    def told(self) -> dict[str, Any]:
        """All that was found, fit for JSON."""
        return {"whole": self._whole, "stripped": self._stripped}

    def whole(self, name: str) -> list[str]:
        """What of a name names a matter; all of it where nothing does."""
        found = self._whole.get(name)
        if found is None:
            found = self._known._whole.get(name) if self._known else None
            if found is None:
                found, self.more = list(matter(name).syllables) or tokens(name), True
            self._whole[name] = found
        return found

    def stripped(self, name: str) -> tuple[str, ...]:
        """What names a matter where it is typed without accents."""
        found = self._stripped.get(name)
        if found is None:
            found = self._known._stripped.get(name) if self._known else None
            if found is None:
                found, self.more = matter(fold(name)).syllables, True
            self._stripped[name] = found
        return found

    def done(self) -> None:
        """Lets go of the older one."""
        self._known = None
