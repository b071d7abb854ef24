"""Which papers of a guide a message speaks of. A wrong tick costs a trip: what is not plain ticks nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from actions.guide.naming import numbered, says_all, spoken_name
from procedures.guides.state import Guide
from procedures.guides.walk import asked, needed
from procedures.model import Procedure
from procedures.typed.fold import HAN, fold, tidy, tokens

_WORD = re.compile(r"[^\W_]+")
#: Share of a message's own words that a paper's name must hold.
_ENOUGH = 0.6
#: Words that name no paper; Chinese ones are taken out wherever they stand.
_FILLER = frozenset(Path(__file__).with_name("filler.txt").read_text("utf-8").split())
#: The same for messages without accents, where "anh" may be a photo (ảnh) as well as a person.
_FOLDED_FILLER = frozenset(map(fold, _FILLER))
_HAN_FILLER = re.compile("|".join(sorted(map(re.escape, filter(HAN.search, _FILLER)), key=len, reverse=True)))


@dataclass(frozen=True)
class Named:
    """The papers that are spoken of; or that something else is, and so none is meant."""

    papers: tuple[str, ...] = ()
    other: bool = False


def papers_meant(text: str, procedure: Procedure, guide: Guide) -> Named:
    """By all, by name, by number; nothing where only "I have it" is said."""
    names = [need.paper.name for need in needed(procedure, guide)]
    if says_all(text):
        return Named(tuple(names))
    own = _own_words(text)
    if not own or all(word.isdecimal() for word in own):
        return Named(tuple(numbered(" ".join(own), names)))
    named = _named(own, procedure, names)
    current = asked(procedure, guide)
    if current and current.paper.name in named:
        return Named((current.paper.name,))
    return Named(tuple(named)) if len(named) == 1 else Named(other=True)


def _named(own: Sequence[str], procedure: Procedure, names: Sequence[str]) -> list[str]:
    """The names that hold most of the words, if they hold enough of them; of equals, those that hold little else."""
    shares = {name: max(_shares(own, name), _shares(own, spoken_name(procedure, name))) for name in names}
    best = max(shares.values(), default=(0.0, 0.0))
    return [name for name, share in shares.items() if share == best and share[0] >= _ENOUGH]


def _own_words(text: str) -> list[str]:
    """What a message holds besides "I have … already", folded; each Chinese character is a word."""
    if HAN.search(text):
        return tokens(_HAN_FILLER.sub(" ", fold(text)))
    typed = [word.lower() for word in _WORD.findall(tidy(text))]
    filler = _FILLER if any(fold(word) != word for word in typed) else _FOLDED_FILLER
    return [fold(word) for word in typed if word not in filler]


def _shares(own: Sequence[str], name: str) -> tuple[float, float]:
    """How much of the words a name holds, and how much of the name they are."""
    held = set(_own_words(name)) or set(tokens(name))
    found = sum(word in held for word in own)
    return found / len(own), found / len(held)
