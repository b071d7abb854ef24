"""Words that people read, from gettext files: one key a phrase, one .po file a language.

A *fuzzy* entry is a draft that no native speaker has reviewed. Drafts are not loaded. What a province says in its own
words instead comes from outside: `override`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

#: Language → key → text.
Texts = Mapping[str, Mapping[str, str]]


class Phrasebook:
    """The phrases of one folder, `<language>.po` each."""

    def __init__(self, folder: Path) -> None:
        read = {path.stem: _read(path) for path in sorted(folder.glob("*.po"))}
        self._written = {language: _phrases(catalog) for language, catalog in read.items()}
        self._hints = _hints(read["vi"]) if "vi" in read else {}
        #: As they are said now; replaced whole, so that whoever speaks meanwhile needs no lock.
        self._said: Texts = self._written
        #: Moves with each override: what is worked out from phrases is old then.
        self.revision = 0

    def say(self, key: str, language: str = "vi", /, **values: Any) -> str:
        """The phrase with its {placeholders} filled. Raises KeyError for a phrase nobody has written."""
        return self._said[language][key].format(**values)

    def raw(self, key: str, language: str = "vi") -> str:
        """The phrase as it is written, placeholders and all. Raises KeyError."""
        return self._said[language][key]

    def keys(self, language: str = "vi") -> frozenset[str]:
        """Every key of a language."""
        return frozenset(self._said[language])

    def own(self, key: str, language: str) -> str:
        """The phrase as it is written; empty where the language has none, also where nothing at all is in it."""
        return self._said.get(language, {}).get(key, "")

    def written(self, key: str, language: str = "vi") -> str:
        """The same by the files alone, whatever the province says instead."""
        return self._written.get(language, {}).get(key, "")

    def written_keys(self) -> tuple[str, ...]:
        """The keys of the Vietnamese file, in its order."""
        return tuple(self._written.get("vi", {}))

    def hint(self, key: str) -> str:
        """What the Vietnamese file tells of a phrase, for whoever writes it anew."""
        return self._hints.get(key, "")

    def override(self, told: Texts) -> None:
        """What is said instead from now on; what was told before is forgotten.

        A phrase that the program no longer has, or that it would fill in another way, is left out.
        """
        said = {language: dict(phrases) for language, phrases in self._written.items()}
        for language, phrases in told.items():
            fitting = {key: text for key, text in phrases.items() if fits(self.written(key), text)}
            said.setdefault(language, {}).update(fitting)
        self._said = said
        self.revision += 1


@cache
def phrasebook(folder: Path) -> Phrasebook:
    """The phrasebook of this folder, read once: there is one of each in a process, and all say what it says."""
    return Phrasebook(folder)


def placeholders(text: str) -> frozenset[str]:
    """What is filled in: "{name}", with anything that says how. Raises ValueError for braces that are no pair."""
    return frozenset(
        "{" + name + (f"!{how}" if how else "") + (f":{form}" if form else "") + "}"
        for _, name, form, how in Formatter().parse(text)
        if name is not None
    )


def fits(written: str, text: str) -> bool:
    """Whether a text can be said in place of another: it is there, and the same is filled in."""
    try:
        return bool(written) and bool(text.strip()) and placeholders(text) == placeholders(written)
    except ValueError:
        return False


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.stem, abort_invalid=True)


def _phrases(catalog: Catalog) -> dict[str, str]:
    return {str(m.id): str(m.string) for m in catalog if m.id and m.string and not m.fuzzy}


def _hints(catalog: Catalog) -> dict[str, str]:
    return {str(m.id): " ".join(m.user_comments) for m in catalog if m.id and m.user_comments}
