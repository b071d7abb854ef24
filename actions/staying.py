"""Whether a message is about what is in hand, or about another matter.

Learnt by tests/benchmarks/tune.py from dialogues: most messages of a talk name nothing ("bao lâu"), some name something
and stay with the matter all the same ("ông yếu rồi tôi làm hộ được không").
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from procedures.search import Hit
from procedures.search.odds import log_odds, logistic

#: Probabilities nearer to 0 or 1 are taken as this near; more syllables than this say no more.
_LEAST, _MANY = 1e-3, 8
_WEIGHTS = Path(__file__).with_name("staying.json")


@dataclass(frozen=True)
class Signs:
    """What is seen of a message besides the procedures it may name."""

    #: How likely it names a matter, from 0 to 1.
    names: float = 1.0
    #: Syllables that may name one.
    matter: int = 0
    #: How likely it goes back to something, and how likely it corrects; from 0 to 1.
    returns: float = 0.0
    corrects: float = 0.0
    #: Codes of what was answered before.
    told: frozenset[str] = frozenset()


def likely(held: Sequence[str], hits: Sequence[Hit], signs: Signs) -> float:
    """How likely a message with these `hits` is about one of the codes in hand; from 0 to 1."""
    return logistic(_learnt()["weights"], features(held, hits, signs))


def enough() -> float:
    """The probability from which it is taken so."""
    return float(_learnt()["enough"])


def features(held: Sequence[str], hits: Sequence[Hit], signs: Signs) -> dict[str, float]:
    """What is learnt from."""
    others = [hit for hit in hits if hit.code not in held]
    sure = bool(hits) and hits[0].sure
    return {
        "names": log_odds(signs.names, _LEAST),
        "other": log_odds(others[0].score if others else 0.0, _LEAST),
        "other_sure": float(sure and hits[0].code not in held),
        "held_sure": float(sure and hits[0].code in held),
        "held": log_odds(max((hit.score for hit in hits if hit.code in held), default=0.0), _LEAST),
        "matter": min(signs.matter, _MANY) / _MANY,
        "other_told": float(bool(others) and others[0].code in signs.told),
        "returns": signs.returns,
        "corrects": signs.corrects,
    }


@lru_cache(maxsize=1)
def _learnt() -> dict[str, Any]:
    told: dict[str, Any] = json.loads(_WEIGHTS.read_text("utf-8"))
    return told
