"""Training examples: what people wrote in nlu/data, frames filled with the catalogue's names, and its known questions.

Every text is brought into the normal form that live text is brought into, and stands twice: as typed, and without
accents. A classifier that has seen only accented text falls from 96 % to 72 % on the rest; one that has seen both loses
nothing.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nlu.understanding.classify import Example
from nlu.understanding.features import plain
from procedures.importers.asked import read_asked
from procedures.model import Procedure
from procedures.typed.fold import HAN, fold
from procedures.typed.identify import language_of

#: Stands in an example for the name of any procedure.
PLACEHOLDER = "{procedure}"
#: Names that each frame is filled with, so that no name points to an aspect.
_FILLED = 6

#: Share of follow-ups that are learnt with a name before them as well: "đổi bằng lái" and "thế nộp ở đâu".
_WITH_NAME = 0.5

#: Most known questions only name their matter; one in so many of those teaches what that looks like.
_BARE = 8


@dataclass(frozen=True, order=True)
class Labelled:
    """A text as somebody typed it, with its intent."""

    text: str
    intent: str
    #: A question that names no matter.
    bare: bool = False


def examples(labelled: Sequence[Labelled], procedures: Sequence[Procedure], asked: Path) -> list[Example]:
    """Everything the classifier learns from, always in the same order. `asked` is the folder of known questions."""
    names = _names(procedures)
    chance = random.Random(1)  # noqa: S311 — variety, not secrecy
    found: list[Example] = []
    for origin, one in enumerate(labelled):
        for filled in _fill(one, names, chance):
            found += _copies(filled, origin)
    for origin, (text, intent) in enumerate(_known(asked), len(labelled)):
        # Known questions are many: one copy each, every other without accents.
        copies = _copies(Labelled(text, intent or "ask_overview"), origin)
        unlabelled = not intent or (intent == "ask_overview" and origin % _BARE > 0)
        found.append(replace(copies[origin % len(copies)], unlabelled=unlabelled))
    return found


def _names(procedures: Sequence[Procedure]) -> Mapping[str, list[str]]:
    """Names of procedures by language."""
    names: dict[str, list[str]] = {"vi": [], "en": [], "zh": []}
    for procedure in procedures:
        names["vi"] += [procedure.title, *procedure.aliases]
        for said in procedure.translations:
            names[said.language] += said.aliases
    return names


def _fill(one: Labelled, names: Mapping[str, list[str]], chance: random.Random) -> Iterator[Labelled]:
    """Copies of a frame with the names of procedures, and one without any: a follow-up."""
    frame = PLACEHOLDER in one.text
    if not frame:
        yield one
    if not frame and not (one.bare and chance.random() < _WITH_NAME):
        return
    fitting = names[_language(one.text)]
    if not frame:
        yield replace(one, text=f"{chance.choice(fitting)} {one.text}", bare=False)
        return
    for name in chance.sample(fitting, min(_FILLED, len(fitting))):
        yield replace(one, text=one.text.replace(PLACEHOLDER, name))
    if one.intent != "ask_overview":
        yield replace(one, text=one.text.replace(PLACEHOLDER, " "), bare=True)


def _language(frame: str) -> str:
    """Language of a frame; one with hardly a word of its own is Vietnamese."""
    rest = frame.replace(PLACEHOLDER, " ")
    if HAN.search(rest):
        return "zh"
    return "en" if language_of(rest) == "en" else "vi"


def _copies(one: Labelled, origin: int) -> list[Example]:
    text = plain(one.text)
    return [Example(copy, one.intent, origin, bare=one.bare) for copy in dict.fromkeys((text, fold(text)))]


def _known(folder: Path) -> Iterator[tuple[str, str]]:
    """Known questions with their intent; "" where only the matter is known."""
    for path in sorted(folder.glob("*.txt")):
        for known in read_asked(path):
            yield known.text, f"ask_{known.aspect}" if known.aspect else ""
