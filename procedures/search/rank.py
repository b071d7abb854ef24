"""How close a procedure is to what was typed: stages that each score, and weights learnt from questions."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from procedures.search.odds import log_odds, logistic
from procedures.typed.fold import bigrams

#: Weight of a syllable that may be filler.
FAINT = 0.25
#: Queries of at most so many syllables tell no story.
SHORT = 7
#: Shares of the name, and of a query, below which a procedure is not sure to be meant.
ENOUGH_SAID, ENOUGH_EXPLAINED = 0.6, 0.75
#: A story has words to spare, but not more than half.
ENOUGH_OF_STORY = 0.5
#: Stages that tell how sure the best procedure is.
CONFIDENT = (
    *("explained", "explained_by_all", "said", "order_explained", "closeness"),
    *("likeness", "learnt", "learnt_share", "profile", "everyday"),
)
#: Scores nearer to 0 or 1 are taken as this near; questions of more syllables count as this long.
_LEAST, _LONG = 1e-4, 20
#: Learnt by tests/benchmarks/learn.py.
_WEIGHTS = Path(__file__).with_name("weights.json")

Rarity = Callable[[str], float]
#: What each stage scored.
Features = Mapping[str, float]


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


def weigh(syllables: Sequence[str], accents: frozenset[str], rarity: Rarity) -> Words:
    """Words with their weights."""
    single = {syllable: rarity(syllable) for syllable in syllables}
    pairs = {pair: rarity(pair) for pair in bigrams(syllables)}
    return Words(" ".join(syllables), single, pairs, sum(single.values()), sum(pairs.values()), accents)


def closeness(name: Words, query: Words) -> dict[str, float]:
    """How much of a name was said, and how much of the query it explains; shares from 0 to 1, by rarity."""
    return {
        "explained": _share(query.syllables, query.syllables_total, name.syllables),
        "said": _share(name.syllables, name.syllables_total, query.syllables),
        "order_said": _share(name.pairs, name.pairs_total, query.pairs),
        "order_explained": _share(query.pairs, query.pairs_total, name.pairs),
        "likeness": fuzz.token_set_ratio(query.text, name.text) / 100,
        "closeness": fuzz.ratio(query.text, name.text) / 100,
        "accents": len(name.accents & query.accents) / len(name.accents) if name.accents else 0.0,
    }


def explained_by(query: Words, kin: Collection[str]) -> float:
    """Share of the query that a procedure's names explain together: one tells the matter, another the situation."""
    return _share(query.syllables, query.syllables_total, kin)


def near(close: Features) -> float:
    """Which of a procedure's names came nearest."""
    return close["explained"] + close["said"] + close["order_said"] + close["likeness"]


def overall(stages: Features) -> float:
    """From 0 to 1: how likely the procedure is one that is meant."""
    return logistic(learnt()["rank"], stages)


def confidence(seen: Features) -> float:
    """From 0 to 1: how likely the best procedure is the one that is meant. `seen` comes from `signs`."""
    return logistic(learnt()["confidence"], seen)


def signs(best: Features, second: float, length: int) -> dict[str, float]:
    """What tells how sure the best procedure is.

    `best` is what its stages scored, with its overall score as "score"; `second` the overall score of the next one;
    `length` counts the syllables of the question.
    """
    lead = log_odds(best["score"], _LEAST) - log_odds(second, _LEAST)
    return {**{name: best[name] for name in CONFIDENT}, "lead": lead, "length": min(length, _LONG) / _LONG}


def fits(stages: Features, length: int) -> bool:
    """Whether one name says nearly all of a question, and the question nearly all of the name."""
    enough = ENOUGH_EXPLAINED if length <= SHORT else ENOUGH_OF_STORY
    return stages["said"] >= ENOUGH_SAID and stages["explained_by_all"] >= enough


def sure_from() -> float:
    """The confidence from which nothing need be asked."""
    return float(learnt()["sure"])


@lru_cache(maxsize=1)
def learnt() -> Mapping[str, Any]:
    """Weights by model, and the confidence that is enough."""
    told: dict[str, Any] = json.loads(_WEIGHTS.read_text("utf-8"))
    return told


def _share(needed: Mapping[str, float], total: float, given: Collection[str]) -> float:
    """Share of the needed features, by rarity, that are given."""
    # A list: here a third faster than a generator.
    return sum([weight for feature, weight in needed.items() if feature in given]) / total if total else 0.0
