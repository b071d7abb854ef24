"""Logistic models as plain numbers: weights by the name of what is seen, learnt elsewhere."""

from __future__ import annotations

import math
from collections.abc import Mapping


def logistic(weights: Mapping[str, float], seen: Mapping[str, float]) -> float:
    """The probability, from 0 to 1; `weights` hold one called "bias" besides."""
    return 1 / (1 + math.exp(-weights["bias"] - sum(weights[name] * value for name, value in seen.items())))


def log_odds(share: float, least: float) -> float:
    """Of a probability; one nearer to 0 or 1 than `least` is taken as this near."""
    kept = min(max(share, least), 1 - least)
    return math.log(kept / (1 - kept))
