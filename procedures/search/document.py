"""What search knows of one procedure: its names and its matter, without what only readers need."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import reduce

from procedures.languages import in_language
from procedures.layers import LAYERS, overlay
from procedures.model import Procedure
from procedures.typed.fold import tokens

#: Syllables of the body that are kept in each language; records run to thousands, and the first ones tell the matter.
_BODY = 150
#: Fields of an edit that tell names, those that tell the matter, and all that search sees.
_NAMES = frozenset({"title", "official_title", "aliases", "translations", "asked", "plain"})
_MATTER = frozenset({"field", "summary", "differs", "cases", "results", "translations"})
_SEEN = _NAMES | _MATTER | {"levels", "audience"}


@dataclass(frozen=True)
class Document:
    """One procedure as the index takes it in."""

    code: str
    title: str
    #: Names by language: the title, the official title, aliases.
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: Whole questions that mean this procedure, in any language.
    asked: tuple[str, ...] = ()
    #: Folded syllables of the field of law, the papers, the results.
    body: str = ""
    #: Somebody wrote it in plain words because many people need it.
    everyday: bool = False
    #: Values of Level, and who may file, as the record says it.
    levels: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()


def document(procedure: Procedure) -> Document:
    """The document of one procedure, or of one of its layers."""
    names = {"vi": _once((procedure.title, procedure.official_title, *procedure.aliases))}
    for said in procedure.translations:
        title = dict(said.texts).get(procedure.title, "")
        names[said.language] = _once((title, *said.aliases))
    return Document(
        procedure.code,
        procedure.title,
        names,
        procedure.asked,
        _body(procedure),
        procedure.plain,
        tuple(level.value for level in procedure.levels),
        procedure.audience,
    )


def layered(layers: Mapping[str, Procedure]) -> Document:
    """The document of a procedure out of its layers, at least one of LAYERS that is no edit."""
    told = [document(layers[name]) for name in reversed(LAYERS) if name in layers and name != "edited"]
    found = reduce(together, told)
    edited = _SEEN.intersection(layers["edited"].edited) if "edited" in layers else frozenset()
    if not edited:
        # Of an edit of a fee search knows nothing, and ranks as before.
        return found
    whole = document(overlay(layers))
    named = _cut(together(whole, found), whole, layers, edited) if edited & _NAMES else found
    body = " ".join([whole.body, *(one.body for one in told[1:])]).strip() if edited & _MATTER else found.body
    return replace(named, body=body, levels=whole.levels, audience=whole.audience)


def together(upper: Document, lower: Document) -> Document:
    """Two layers of one procedure: the upper one's title, the names and the matter of both."""
    languages = {**upper.names, **lower.names}
    names = {name: _once((*upper.names.get(name, ()), *lower.names.get(name, ()))) for name in languages}
    return Document(
        upper.code,
        upper.title,
        names,
        _once((*upper.asked, *lower.asked)),
        f"{upper.body} {lower.body}".strip(),
        upper.everyday or lower.everyday,
        upper.levels or lower.levels,
        upper.audience or lower.audience,
    )


def _cut(found: Document, whole: Document, layers: Mapping[str, Procedure], edited: Collection[str]) -> Document:
    """Without the names and questions that an edit takes away; titles below go on being found."""
    names = dict(found.names)
    if "aliases" in edited:
        titles = (title for one in layers.values() for title in (one.title, one.official_title))
        names["vi"] = _once((*whole.names["vi"], *titles))
    if "translations" in edited:
        names = {"vi": names["vi"], **{name: told for name, told in whole.names.items() if name != "vi"}}
    return replace(found, names=names, asked=whole.asked if "asked" in edited else found.asked)


def to_json(document: Document) -> str:
    """What `from_json` reads."""
    return json.dumps(asdict(document), ensure_ascii=False)


def from_json(text: str) -> Document:
    """The document that `to_json` wrote."""
    data = json.loads(text)
    names = {language: tuple(names) for language, names in data["names"].items()}
    lists = {key: tuple(data[key]) for key in ("asked", "levels", "audience")}
    return Document(**{**data, **lists, "names": names})


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def _body(procedure: Procedure) -> str:
    """The matter in every language the procedure speaks."""
    spoken = [procedure, *(in_language(procedure, said.language) for said in procedure.translations)]
    return " ".join(syllable for told in spoken for syllable in _matter(told))


def _matter(procedure: Procedure) -> list[str]:
    papers = (paper.name for case in procedure.cases for paper in case.papers)
    cases = (case.name for case in procedure.cases)
    texts = (procedure.field, procedure.summary, procedure.differs, *cases, *papers, *procedure.results)
    return tokens(" ".join(texts))[:_BODY]
