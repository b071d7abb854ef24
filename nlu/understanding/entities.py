"""Entities of one message: numbers by shape, names by blank spaCy pipelines on folded words, places by their finder.

A trained spaCy model is large, and knows neither our papers nor typing without accents.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import spacy
import yaml
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.pipeline import EntityRuler

from nlu.understanding.marks import agree, may_be_time_or_money
from nlu.understanding.numbers import NOTHING, numbers
from procedures.catalogue import SEEDS
from procedures.importers.seeds import read_seeds
from procedures.model import Procedure
from procedures.places import places
from procedures.typed.fold import fold, tidy
from procedures.typed.identify import language_of

_HERE = Path(__file__).parent
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+")
#: As procedures.places parts words: a run of Chinese is one.
_RUN = re.compile(r"[^\W_]+")
#: Stands for a word that is in no name: spaCy keeps every string it meets, and is not to keep a citizen's.
_OTHER = "_"
#: Decides between names of one length.
_ORDER = (NOTHING, "procedure", "place", "paper", "person")
#: Kin who are nobody in particular, in persons.yml.
_NOBODY = "nobody"
#: Words before a person that are looked at: "给我们家的".
_LOOK = 5


@dataclass(frozen=True)
class Entity:
    """What a stretch of a message names: `value` in canonical form, `text` as typed."""

    kind: str
    value: str
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class _Name:
    """A name that a stretch of folded words may be; `words` with their accents."""

    kind: str
    value: str
    words: tuple[str, ...]
    #: A person that counts beside an owner only.
    owned: bool = False


class _Message:
    """A message, the same folded, and where each folded letter stood."""

    def __init__(self, text: str) -> None:
        letters = [(part, at) for at, letter in enumerate(text) for part in fold(letter)]
        self.text = text
        self.folded = "".join(part for part, _ in letters)
        self._at = [at for _, at in letters]

    def entity(self, kind: str, value: str, start: int, end: int) -> Entity:
        """Of a stretch of the folded text; the words themselves where there is no value."""
        first, last = self._at[start], self._at[end - 1] + 1
        while last < len(self.text) and unicodedata.combining(self.text[last]):
            last += 1
        text = self.text[first:last]
        return Entity(kind, value or text, first, last, text)

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """Of the words, in the folded text."""
        return [found.span() for found in _WORD.finditer(self.folded)]

    @cached_property
    def typed(self) -> list[str]:
        """The words with their accents, in lower case."""
        return [tidy(self.entity("", "", *span).text).lower() for span in self.spans]

    @cached_property
    def words(self) -> list[str]:
        """The words folded."""
        return [self.folded[start:end] for start, end in self.spans]

    def joined(self, at: int) -> bool:
        """Whether nothing but space parts a word from the one before it: in "mẹ. Nó" a sentence ends."""
        return at < len(self.spans) and not self.folded[self.spans[at - 1][1] : self.spans[at][0]].strip()

    def phrase(self, kind: str, value: str, first: int, last: int) -> Entity:
        """Of a stretch of words, `last` included."""
        return self.entity(kind, value, self.spans[first][0], self.spans[last][1])


def find(text: str) -> tuple[Entity, ...]:
    """The entities of a message, in its order. Numbers come first, then the longest name; none overlap."""
    message = _Message(text)
    names = [*_phrases(message), *_places(message)]
    names.sort(key=lambda name: (name.start - name.end, _ORDER.index(name.kind)))
    kept: list[Entity] = []
    for entity in (*_numbers(message), *names):
        if all(entity.end <= other.start or entity.start >= other.end for other in kept):
            kept.append(entity)
    return tuple(sorted((entity for entity in kept if entity.kind != NOTHING), key=lambda entity: entity.start))


def _numbers(message: _Message) -> Iterator[Entity]:
    for kind, value, start, end in numbers(message.folded):
        entity = message.entity(kind, value, start, end)
        if all(map(may_be_time_or_money, _WORD.findall(tidy(entity.text).lower()))):
            yield entity


def _places(message: _Message) -> Iterator[Entity]:
    """Each stretch that the finder takes out of the message; where there are several, each by itself."""
    found = places().find(message.text)
    if not found.matches:
        return
    spans = [span.span() for span in _RUN.finditer(message.folded)]
    stretches = _taken([message.folded[start:end] for start, end in spans], fold(found.rest).split())
    for first, last in stretches:
        span = spans[first][0], spans[last][1]
        text = message.entity("", "", *span).text
        matches = (places().find(text).matches if len(stretches) > 1 else ()) or found.matches
        yield message.entity("place", "|".join(match.place.code for match in matches), *span)


def _taken(words: Sequence[str], rest: Sequence[str]) -> list[tuple[int, int]]:
    """First and last word of each stretch that is not in the rest, seen from the end: "xã" stands before its name."""
    left, stretches = list(rest), list[tuple[int, int]]()
    last = None
    for at in range(len(words) - 1, -2, -1):
        if at < 0 or (left and words[at] == left[-1]):
            stretches += [(at + 1, last)] if last is not None else []
            last = None
            left = left[:-1]
        elif last is None:
            last = at
    return stretches[::-1]


def _phrases(message: _Message) -> Iterator[Entity]:
    """Names of procedures, papers and persons."""
    pipeline, matcher, ruler = _pipeline(_LANGUAGES.get(language_of(message.text), "vi"))
    known = [word if word in _vocabulary() else _OTHER for word in message.words]
    document = pipeline.make_doc(" ".join(known))
    edges = {at: number for number, at in enumerate(accumulate((len(word) + 1 for word in known), initial=0))}
    # All matches of the ruler, not the entities it would set: accents, of which it knows nothing, are to decide.
    for _, first, last in (*ruler.match(document), *matcher(document)):
        # spaCy may part a word ("id" in English); a name begins and ends with a whole one.
        start, end = edges.get(document[first].idx), edges.get(document[last - 1 : last].end_char + 1)
        if start is not None and end is not None:
            yield from _named(message, start, end)


def _named(message: _Message, start: int, end: int) -> Iterator[Entity]:
    typed = message.typed[start:end]
    names = [name for name in _names().get(" ".join(message.words[start:end]), ()) if agree(typed, name.words)]
    exact = [name for name in names if agree(name.words, typed)] or names
    for name in exact:
        if name.kind == "person":
            yield from _person(message, name, start, end)
        elif sum(other.kind == name.kind for other in exact) == 1:
            yield message.phrase(name.kind, name.value, start, end - 1)


def _person(message: _Message, name: _Name, start: int, end: int) -> Iterator[Entity]:
    """Somebody acted for; a word of kinship alone is how people say "I"."""
    first, owned = start, False
    while (
        start - first < _LOOK
        and first
        and (_is(message, first - 1, "owners_before") or _is(message, first - 1, "links"))
    ):
        first -= 1
        owned = owned or _is(message, first, "owners_before")
    acted = first > 0 and message.joined(first) and _is(message, first - 1, "acting")
    after = message.joined(end) and _is(message, end, "owners_after")
    if _is(message, end + after, "asking") and not owned:
        return
    if owned or after or (acted and not name.owned):
        kind = NOTHING if name.value == _NOBODY else "person"
        yield message.phrase(kind, name.value, first - acted, end - 1 + after)


def _is(message: _Message, at: int, role: str) -> bool:
    """Whether a word stands in a list of persons.yml."""
    if at >= len(message.words):
        return False
    meant = _roles()[role].get(message.words[at], ())
    return any(agree([message.typed[at]], [word]) for word in meant)


@lru_cache(maxsize=1)
def _roles() -> dict[str, dict[str, list[str]]]:
    roles: dict[str, dict[str, list[str]]] = {}
    for role, words in _read("persons.yml").items():
        by_word = roles.setdefault(role, defaultdict(list))
        for word in words if role != "persons" else ():
            by_word[fold(word)].append(word)
    return roles


@lru_cache(maxsize=1)
def _names() -> dict[str, list[_Name]]:
    """All names by their folded words; a name of one syllable means too much, except kin."""
    names: dict[str, list[_Name]] = {}
    for name in (*_papers(), *_persons(), *_procedures()):
        alike = names.setdefault(" ".join(map(fold, name.words)), [])
        if name not in alike:
            alike.append(name)
    return names


def _papers() -> Iterator[_Name]:
    for paper, others in _read("papers.yml").items():
        yield from (_Name("paper", paper, _words(said)) for said in (paper, *others))


def _persons() -> Iterator[_Name]:
    for person, said in _read("persons.yml")["persons"].items():
        yield from (_Name("person", person, _words(word)) for word in said["free"])
        yield from (_Name("person", person, _words(word), owned=True) for word in said.get("owned", ()))


def _procedures() -> Iterator[_Name]:
    for row in read_seeds(SEEDS):
        for said in _said(row.procedure):
            words = _words(said)
            if len(words) > 1:
                yield _Name("procedure", row.procedure.code, words)


def _said(procedure: Procedure) -> Iterator[str]:
    yield from (procedure.title, *procedure.aliases)
    for translation in procedure.translations:
        yield from translation.aliases
        yield from (text for vietnamese, text in translation.texts if vietnamese == procedure.title)


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(tidy(text).lower()))


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.load((_HERE / name).read_text("utf-8"), yaml.CSafeLoader)
    return content


#: Those of minorities are written with Vietnamese words between.
_LANGUAGES = {"en": "en", "zh": "zh"}


@lru_cache(maxsize=1)
def _vocabulary() -> frozenset[str]:
    return frozenset(word for name in _names() for word in name.split())


def warm_up() -> None:
    """Builds what takes half a second a language, so that no citizen waits for it."""
    for language in ("vi", *_LANGUAGES.values()):
        _pipeline(language)


@lru_cache(maxsize=len(_LANGUAGES) + 1)
def _pipeline(language: str) -> tuple[Language, PhraseMatcher, EntityRuler]:
    """Papers and persons by rules, procedures by a matcher. Words come parted, so no segmenter is needed."""
    pipeline = spacy.blank(language, config={"nlp": {"tokenizer": {"@tokenizers": "spacy.Tokenizer.v1"}}})
    matcher = PhraseMatcher(pipeline.vocab, attr="LOWER")
    kinds = {folded: {name.kind for name in names} for folded, names in _names().items()}
    matcher.add("procedure", [pipeline.make_doc(folded) for folded in kinds if "procedure" in kinds[folded]])
    ruler = EntityRuler(pipeline, phrase_matcher_attr="LOWER")
    ruler.add_patterns([{"label": "name", "pattern": folded} for folded in kinds if kinds[folded] != {"procedure"}])
    return pipeline, matcher, ruler
