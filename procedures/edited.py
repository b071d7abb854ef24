"""Edits of the console as a layer: the fields that somebody has changed, and nothing else.

A field that an edit does not tell goes on following the layers below, so a portal's new end date is seen through an
edit of a fee. Translations are kept text by text for the same reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace

from procedures.model import Procedure, Translation

#: What an edit may tell, in the order of the model.
FIELDS = tuple(field.name for field in fields(Procedure) if field.name not in {"code", "edited"})


def differing(one: Procedure, other: Procedure) -> tuple[str, ...]:
    """Fields that two tellings of a procedure tell differently."""
    return tuple(name for name in FIELDS if getattr(one, name) != getattr(other, name))


def layer_of(below: Procedure, document: Procedure) -> Procedure | None:
    """The layer that makes `document` of what the layers `below` tell; None where they tell it already."""
    names = differing(below, document)
    if not names:
        return None
    told = {name: getattr(document, name) for name in names}
    if "translations" in told:
        told["translations"] = _with_gaps(below.translations, document.translations)
    bare = Procedure(document.code, document.title, document.official_title)
    return replace(bare, **told, edited=names)


def over(below: Iterable[Translation], edited: Iterable[Translation]) -> tuple[Translation, ...]:
    """Translations of an edit over those below; an empty one says that there is to be none."""
    known = {said.language: said for said in below}
    told = {said.language: said for said in edited}
    laid = (_one_over(known.get(language), told.get(language)) for language in {**told, **known})
    return tuple(said for said in laid if said.aliases or said.texts)


def _one_over(below: Translation | None, edited: Translation | None) -> Translation:
    if below is None or edited is None:
        return below or edited or Translation("")
    texts = {**dict(edited.texts), **{text: said for text, said in below.texts if text not in dict(edited.texts)}}
    return replace(edited, texts=tuple((text, said) for text, said in texts.items() if said))


def _with_gaps(below: Iterable[Translation], wanted: Iterable[Translation]) -> tuple[Translation, ...]:
    """The wanted ones, with an empty translation for each that is there below and is not wanted."""
    told = {said.language: said for said in wanted}
    for said in below:
        mine = told.get(said.language, Translation(said.language))
        gone = tuple((text, "") for text, _ in said.texts if text not in dict(mine.texts))
        told[said.language] = replace(mine, texts=(*mine.texts, *gone))
    return tuple(told.values())
