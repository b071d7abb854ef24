"""From where a ranking is sure, a choice, or nothing: measured once, moved by admins.

The door for code that Rasa calls and hands nothing: whoever keeps the settings tells here where they stand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

#: Below this score nothing is worth offering; a choice is shown while it scores this share of the best one.
OFFER, NEAR = 0.02, 0.1


@dataclass(frozen=True)
class Thresholds:
    """`sure` is 0 where what search has learnt holds."""

    sure: float = 0.0
    offer: float = OFFER
    near: float = NEAR


_USUAL = Thresholds()
Teller = Callable[[], Thresholds]
_TELLERS: list[Teller] = []


def told_by(teller: Teller | None) -> None:
    """From now on in this process; None for nobody. It is asked for every message, so it must be quick."""
    _TELLERS[:] = [teller] if teller else []


def thresholds() -> Thresholds:
    """As they stand."""
    return _TELLERS[0]() if _TELLERS else _USUAL
