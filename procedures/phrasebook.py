"""Words that people read, from gettext files: one key a phrase, one .po file a language.

A *fuzzy* entry is a draft that no native speaker has reviewed. Drafts are not loaded.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po


class Phrasebook:
    """The phrases of one folder, `<language>.po` each."""

    def __init__(self, folder: Path) -> None:
        self._phrases = {path.stem: _read(path) for path in sorted(folder.glob("*.po"))}

    def say(self, key: str, /, language: str = "vi", **values: Any) -> str:
        """The phrase with its {placeholders} filled. Raises KeyError for a phrase nobody has written."""
        return self._phrases[language][key].format(**values)

    def raw(self, key: str, language: str = "vi") -> str:
        """The phrase as it is written, placeholders and all. Raises KeyError."""
        return self._phrases[language][key]

    def keys(self, language: str = "vi") -> frozenset[str]:
        """Every key of a language."""
        return frozenset(self._phrases[language])


@lru_cache(maxsize=8)
def phrasebook(folder: Path) -> Phrasebook:
    """The phrasebook of this folder, read once."""
    return Phrasebook(folder)


def _read(path: Path) -> dict[str, str]:
    with path.open("rb") as file:
        catalog = read_po(file, locale=path.stem, abort_invalid=True)
    return {str(m.id): str(m.string) for m in catalog if m.id and m.string and not m.fuzzy}
