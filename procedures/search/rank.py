"""How close a name is to what was typed: a score from 0 to 1 that thresholds can rest on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from procedures.search.fold import bigrams

#: Names that reach the slow scoring. More changes no result on the questions in tests/questions, and costs time.
CANDIDATES = 60
#: Weight of a syllable that may be filler.
FAINT = 0.25
#: Queries of at most so many syllables tell no story.
SHORT = 7
#: Shares of the name, and of a short query, below which the score falls by up to DOUBT.
ENOUGH_SAID, ENOUGH_EXPLAINED, DOUBT = 0.6, 0.75, 0.3
#: Syllables of a name beyond which it is not expected to be said whole.
LONG = 8
#: A story has words to spare, but not more than half.
ENOUGH_OF_STORY = 0.5
#: What a score is made of; the shares add up to 1. Set on tests/questions/open.jsonl and aliases left out one by one.
EXPLAINED_BY_ALL = 0.32
EXPLAINED = 0.08
SAID = 0.12
ORDER_SAID = 0.12
ORDER_EXPLAINED = 0.06
LIKENESS = 0.13
CLOSENESS = 0.05
AGREEMENT = 0.05
EVERYDAY = 0.07

Rarity = Callable[[str], float]


@dataclass(frozen=True)
class Words:
    """Syllables of a name or a query, and their neighbouring pairs, each with its rarity."""

    text: str
    syllables: Mapping[str, float]
    pairs: Mapping[str, float]
    syllables_total: float
    pairs_total: float
    #: Lower-case syllables with their accents.
    accents: frozenset[str]


@dataclass(frozen=True, order=True)
class Closeness:
    """A score from 0 to 1, and whether name and question fit so well that nothing need be asked."""

    score: float
    sure: bool


def weigh(syllables: Sequence[str], accents: frozenset[str], rarity: Rarity) -> Words:
    """Words with their weights."""
    single = {syllable: rarity(syllable) for syllable in syllables}
    pairs = {pair: rarity(pair) for pair in bigrams(syllables)}
    return Words(" ".join(syllables), single, pairs, sum(single.values()), sum(pairs.values()), accents)


def closeness(name: Words, query: Words, kin: Collection[str], everyday: bool) -> Closeness:
    """Weighs how much of the query the procedure explains, and how much of the name was said.

    `kin` holds the syllables of all names of the procedure: one name tells the matter, another the situation.
    """
    explained = _share(query.syllables, query.syllables_total, kin)
    said = _share(name.syllables, name.syllables_total, query.syllables)
    score = (
        EXPLAINED_BY_ALL * explained
        + EXPLAINED * _share(query.syllables, query.syllables_total, name.syllables)
        + SAID * said
        + ORDER_SAID * _share(name.pairs, name.pairs_total, query.pairs)
        + ORDER_EXPLAINED * _share(query.pairs, query.pairs_total, name.pairs)
        + LIKENESS * fuzz.token_set_ratio(query.text, name.text) / 100
        + CLOSENESS * fuzz.ratio(query.text, name.text) / 100
        + AGREEMENT * _agreement(name.accents, query.accents)
        + EVERYDAY * everyday
    )
    # A name of which only a part was said may be another matter: "nghĩa vụ quân sự" is not "tạm vắng vì nghĩa vụ".
    # Nobody says a whole official title, so of a long name less is asked.
    needed = ENOUGH_SAID * min(1.0, LONG / max(len(name.syllables), 1))
    score *= 1 - DOUBT * max(0.0, 1 - said / needed)
    short = len(query.syllables) <= SHORT
    if short:
        # A short question has no words to spare: one that stays unexplained is the matter itself.
        score *= 1 - DOUBT * max(0.0, 1 - explained / ENOUGH_EXPLAINED)
    enough = ENOUGH_EXPLAINED if short else ENOUGH_OF_STORY
    return Closeness(round(score, 4), said >= ENOUGH_SAID and explained >= enough)


def _share(needed: Mapping[str, float], total: float, given: Collection[str]) -> float:
    """Share of the needed features, by rarity, that are given."""
    return sum(weight for feature, weight in needed.items() if feature in given) / total if total else 0.0


def _agreement(accents: frozenset[str], marks: frozenset[str]) -> float:
    """Share of the name's syllables typed with the very same accents."""
    return len(accents & marks) / len(accents) if accents else 0.0
