"""Life events (sự kiện trong đời): what happened, and the procedures it takes, in the order to do them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from procedures.importers.portal_codes import CODE
from procedures.importers.seed_shape import SeedNode
from procedures.importers.seed_yaml import load
from procedures.languages import LANGUAGES
from procedures.search import Document, Index

_FILE = Path(__file__).with_name("life_events.yml")
_ALL = ("vi", *LANGUAGES)

#: A text by language: "vi", "en", "zh".
Text = Mapping[str, str]


@dataclass(frozen=True)
class Part:
    """One procedure of a life event, and when it is needed; no text where it always is."""

    code: str
    when: Text


@dataclass(frozen=True)
class LifeEvent:
    """What happened, and what there is to do, in order."""

    id: str
    title: Text
    #: One human sentence, where the matter is sad; else empty.
    opening: Text
    said: Mapping[str, tuple[str, ...]]
    parts: tuple[Part, ...]


class LifeEvents:
    """All of them, found by how people tell them."""

    def __init__(self, events: tuple[LifeEvent, ...]) -> None:
        self._events = {event.id: event for event in events}
        self._index = Index([_document(event) for event in events])

    def __iter__(self) -> Iterator[LifeEvent]:
        return iter(self._events.values())

    def find(self, text: str) -> tuple[LifeEvent, float] | None:
        """The event that a message tells, and how like one of its tellings the message is, from 0 to 1; or None."""
        found = self._index.explain(text, 1)
        if not found or not found[0].fits:
            return None
        return self._events[found[0].hit.code], found[0].features["closeness"]


@lru_cache(maxsize=1)
def life_events() -> LifeEvents:
    """Those that are shipped."""
    return LifeEvents(read_life_events(_FILE))


def read_life_events(path: Path) -> tuple[LifeEvent, ...]:
    """Reads a file of life events. Raises SeedInvalid with the place of the first mistake."""
    file = SeedNode(path, load(path))
    return tuple(_event(str(name), file.node(str(name))) for name in file.data)


def _event(name: str, node: SeedNode) -> LifeEvent:
    node.only("title", "opening", "said", "procedures")
    said = node.node("said")
    said.only(*_ALL)
    return LifeEvent(
        name,
        _text(node, "title", needed=True),
        _text(node, "opening"),
        {language: said.texts(language, needed=True) for language in _ALL},
        tuple(_part(part) for part in node.nodes("procedures", needed=True)),
    )


def _part(node: SeedNode) -> Part:
    node.only("code", "when")
    code = node.text("code", needed=True)
    if not CODE.fullmatch(code):
        node.fail("code", f'"{code}" is no code', 'write it as "1.001193"')
    return Part(code, _text(node, "when"))


def _text(node: SeedNode, key: str, *, needed: bool = False) -> Text:
    """A text in every language, or in none."""
    if key not in node.data and not needed:
        return {}
    part = node.node(key)
    part.only(*_ALL)
    return {language: part.text(language, needed=True) for language in _ALL}


def _document(event: LifeEvent) -> Document:
    names = {language: (event.title[language], *event.said[language]) for language in _ALL}
    return Document(event.id, event.title["vi"], names)
