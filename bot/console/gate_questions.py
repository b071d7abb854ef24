"""Which questions an edit is judged by: those with known answers that touch the procedure or its look-alikes."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

import procedures
from bot.store.console_tables import own_sentence
from procedures.catalogue import View
from procedures.questions import Question
from procedures.search import Document
from procedures.search.lookalikes import like
from procedures.search.query import matter
from procedures.typed.fold import fold, tokens

_PACKAGE = Path(procedures.__file__).parent
#: In an installed program, and in the project.
_FOLDERS = (_PACKAGE / "known_questions", _PACKAGE.parent / "tests" / "questions")
#: Questions and names that are asked at most: some five seconds.
_MOST, _MOST_NAMES = 400, 200
#: How deep a name is looked up for procedures that could be mixed up, and from what score.
_DEPTH, _NEAR = 5, 0.02
#: Styles of `Question`: written by the province itself; a name of another procedure.
OWN, NAME = "own", "name"


@dataclass(frozen=True)
class Around:
    """An edit among its neighbours."""

    before: Document
    after: Document
    #: The procedure and those it could be mixed up with.
    codes: frozenset[str]

    @property
    def added(self) -> tuple[str, ...]:
        """Names and questions that only the edit has."""
        return tuple(set(_names(self.after)) - set(_names(self.before)))


def around(view: View, documents: Mapping[str, Document], before: Document, after: Document) -> Around:
    """The procedures that could be mixed up with an edited one: alike by title, or found by a name that it gets."""
    added = Around(before, after, frozenset()).added
    alike = like(after.title, {code: document.title for code, document in documents.items()})
    asked = (after.title, *added)
    found = (hit.code for name in asked for hit in view.search(name, _DEPTH) if hit.score >= _NEAR)
    return Around(before, after, frozenset({after.code, *alike, *found}))


def touching(connection: Connection, edit: Around, documents: Mapping[str, Document]) -> list[Question]:
    """The province's own questions, the known ones, and the names of the neighbours; each text once."""
    said = [set(syllables) for name in edit.added if (syllables := matter(name).syllables)]
    known = [one for one in known_questions() if _touches(one, edit.codes, said)]
    known.sort(key=lambda one: edit.after.code not in one.codes)
    asked = _once(chain((one for one in _own(connection) if _touches(one, edit.codes, said)), known))[:_MOST]
    texts = {fold(one.text) for one in asked}
    others = (document for code in sorted(edit.codes) if (document := documents.get(code)) and code != edit.after.code)
    names = _once(_asked_by_name(others))[:_MOST_NAMES]
    return [*asked, *(one for one in names if fold(one.text) not in texts)]


@lru_cache(maxsize=1)
def known_questions() -> tuple[Question, ...]:
    """Of the project: those that search answers, and the first questions of dialogues."""
    folder = next((one for one in _FOLDERS if one.is_dir()), None)
    lines = (line for path in sorted(folder.rglob("*.jsonl")) for line in _lines(path)) if folder else ()
    return tuple(_once(question for line in lines for question in _known(line)))


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    yield from (json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip())


def _known(data: Mapping[str, Any]) -> Iterator[Question]:
    language = str(data.get("language") or "vi")
    # What comes later in a dialogue leans on what was said before.
    told = data["turns"][0] if data.get("turns") else data
    # Whoever has a class of their own is not looked up; a label whose text lies elsewhere cannot be asked.
    if "text" in told and "codes" in told and not told.get("intent") and not told.get("when"):
        yield Question(str(data.get("id", "")), told["text"], language, "known", tuple(told["codes"]))


def _own(connection: Connection) -> Iterator[Question]:
    wanted = (own_sentence.c.kind == "question") & own_sentence.c.ended_at.is_(None)
    for row in connection.execute(select(own_sentence).where(wanted).order_by(own_sentence.c.id)):
        yield Question(f"own {row.id}", row.text, row.language, OWN, (row.code,) if row.code else ())


def _touches(question: Question, codes: Collection[str], said: Sequence[set[str]]) -> bool:
    """Whether it asks for one of them, for nothing that is known, or says a new name."""
    if not question.codes or not set(question.codes).isdisjoint(codes):
        return True
    syllables = set(tokens(question.text)) if said else set()
    return any(name <= syllables for name in said)


def _asked_by_name(documents: Iterable[Document]) -> Iterator[Question]:
    for document in documents:
        for language, names in document.names.items():
            yield from (Question("", name, language, NAME, (document.code,)) for name in names)


def _once(questions: Iterable[Question]) -> list[Question]:
    """Each text once; whatever it is accepted as an answer to it is."""
    found: dict[str, Question] = {}
    for question in questions:
        found.setdefault(fold(question.text), question)
    return list(found.values())


def _names(document: Document) -> Iterator[str]:
    yield from (name for names in document.names.values() for name in names)
    yield from document.asked
