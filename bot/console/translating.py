"""Translations of a procedure as fields of a form: a line for each Vietnamese text, and the names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from procedures.importers.text import clean
from procedures.languages import texts, translated
from procedures.model import Procedure, Translation

#: How much of a text must be as before, for its old translation to be of help.
_ALIKE = 0.6
_LONGEST = 4000


@dataclass(frozen=True)
class Line:
    """One text to be translated."""

    text: str
    #: As it is told in the language; empty where nobody has.
    said: str
    #: What was said of a text that was much like this one, before somebody changed it.
    before: str = ""


def lines(procedure: Procedure, language: str, before: Procedure) -> tuple[Line, ...]:
    """Every text in reading order, those that lack a translation too. `before` is what citizens are told now."""
    known, old = translated(procedure, language), translated(before, language)
    return tuple(_line(text, known, old) for text in texts(procedure))


def aliases(procedure: Procedure, language: str) -> tuple[str, ...]:
    """What people call it in the language."""
    return next((said.aliases for said in procedure.translations if said.language == language), ())


def read(procedure: Procedure, language: str, form: Mapping[str, str]) -> Procedure:
    """The procedure with what a form says: `source.N` and `said.N` belong together, `aliases` has a line each.

    A text that the form does not hold keeps its translation; translations of texts that are gone go.
    """
    typed = dict(_typed(form))
    known = translated(procedure, language)
    said = {text: typed.get(text, known.get(text, "")) for text in texts(procedure)}
    names = (clean(line)[:_LONGEST] for line in form.get("aliases", "").splitlines())
    told = Translation(
        language,
        tuple(dict.fromkeys(filter(None, names))) if "aliases" in form else aliases(procedure, language),
        tuple((text, told) for text, told in said.items() if told),
    )
    others = [one for one in procedure.translations if one.language != language]
    return replace(procedure, translations=tuple(sorted((*others, told), key=lambda one: one.language)))


def _line(text: str, known: Mapping[str, str], old: Mapping[str, str]) -> Line:
    if known.get(text):
        return Line(text, known[text])
    alike = get_close_matches(text, old, n=1, cutoff=_ALIKE)
    return Line(text, "", old[alike[0]] if alike else "")


def _typed(form: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key, text in form.items():
        name, _, number = key.partition(".")
        if name == "source" and f"said.{number}" in form:
            yield text, clean(form[f"said.{number}"])[:_LONGEST]
