"""A procedure in another language: the same shapes, their texts looked up by the Vietnamese text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from procedures.model import Case, Fee, Paper, Procedure, Translation, Way

#: The languages that a plain-word procedure must speak beside Vietnamese.
LANGUAGES = ("en", "zh")

Say = Callable[[str], str]


def in_language(procedure: Procedure, language: str) -> Procedure:
    """The procedure with every text that is translated; a text that is not stays Vietnamese."""
    texts = translated(procedure, language)
    return map_texts(procedure, lambda text: texts.get(text, text)) if texts else procedure


def translated(procedure: Procedure, language: str) -> Mapping[str, str]:
    """Vietnamese text → its translation; empty for Vietnamese and for languages the procedure does not speak."""
    found: Translation | None = next((t for t in procedure.translations if t.language == language), None)
    return dict(found.texts) if found else {}


def texts(procedure: Procedure) -> tuple[str, ...]:
    """Every text a citizen reads and that is translated, each once. Names of forms and laws stay as they are."""
    seen: dict[str, None] = {}

    def note(text: str) -> str:
        if text:
            seen.setdefault(text)
        return text

    map_texts(procedure, note)
    return tuple(seen)


def missing(procedure: Procedure, language: str) -> Iterator[str]:
    """Texts that have no translation, because nobody wrote one or because the Vietnamese has changed since."""
    known = translated(procedure, language)
    yield from (text for text in texts(procedure) if text not in known)


def map_texts(procedure: Procedure, say: Say) -> Procedure:
    """The procedure with `say` applied to each text that a citizen reads, in reading order."""

    def all_of(items: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(say, items))

    return replace(
        procedure,
        title=say(procedure.title),
        summary=say(procedure.summary),
        opening=say(procedure.opening),
        differs=say(procedure.differs),
        caution=say(procedure.caution),
        cases=tuple(_case(case, say) for case in procedure.cases),
        ways=tuple(_way(way, say) for way in procedure.ways),
        where=say(procedure.where),
        who=all_of(procedure.who),
        conditions=all_of(procedure.conditions),
        steps=all_of(procedure.steps),
        results=all_of(procedure.results),
        returns=all_of(procedure.returns),
    )


def _case(case: Case, say: Say) -> Case:
    papers = tuple(_paper(paper, say) for paper in case.papers)
    return Case(say(case.name), papers, tuple(map(say, case.notes)), tuple(map(say, case.without)))


def _paper(paper: Paper, say: Say) -> Paper:
    return replace(paper, name=say(paper.name), note=say(paper.note))


def _way(way: Way, say: Say) -> Way:
    fees = tuple(Fee(say(fee.text), fee.amount) for fee in way.fees)
    return replace(way, time=say(way.time), fees=fees, note=say(way.note))
