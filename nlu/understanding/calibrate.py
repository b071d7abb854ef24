"""How sure is sure: thresholds, found on examples that were left out of training, and stored with the model.

A wrong confident answer costs most, then a needless refusal, then a needless question; an emergency that is missed
costs more than all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlu.understanding import progress
from nlu.understanding.classify import ASPECTS, Classifier, Example
from nlu.understanding.features import Cues, Floats

#: Costs, in needless questions.
WRONG, REFUSED, ASKED = 8.0, 3.0, 1.0
#: An emergency of which nothing was noticed; one that was answered as something else, with the numbers told first.
MISSED_EMERGENCY, UNDERRATED = 60.0, 6.0
#: One example in so many is left out.
_LEFT_OUT = 5
_GRID = np.round(np.arange(0.02, 0.96, 0.02), 2)
EMERGENCY = "emergency_"


@dataclass(frozen=True)
class Thresholds:
    """Probabilities from which the model is taken at its word."""

    #: An act or class that is no question; below it a person who names a procedure is taken to ask about it.
    act: float
    #: An aspect; below it the overview is told.
    aspect: float
    #: The emergencies together; above it nothing else is looked at.
    emergency: float
    #: The emergencies together; above it the numbers to call are told before the ordinary answer.
    danger: float
    #: That a question names a matter of its own; below it, it is about what is in hand.
    names: float


@dataclass(frozen=True)
class Calibration:
    """Thresholds, and what was seen on the examples left out."""

    thresholds: Thresholds
    #: Shares from 0 to 1 of the examples left out.
    accuracy: float
    aspect_accuracy: float
    bare_recall: float
    emergency_recall: float
    danger_recall: float
    false_alarms: float
    needless_numbers: float
    left_out: int


def calibrate(examples: Sequence[Example], cues: Cues) -> Calibration:
    """Trains on four fifths and looks at the last fifth; copies of one example stay on one side."""
    held = [example for example in examples if example.origin % _LEFT_OUT == 0 and not example.unlabelled]
    progress.step("calibrate")
    model = Classifier([example for example in examples if example.origin % _LEFT_OUT], cues)
    shares, names = model.probabilities([example.text for example in held])
    return _judge(model.intents, shares, names, held)


def _judge(intents: Sequence[str], shares: Floats, names: Floats, held: Sequence[Example]) -> Calibration:
    wanted, bare = [example.intent for example in held], np.array([example.bare for example in held])
    found = np.array([intents[place] for place in shares.argmax(axis=1)])
    right = found == np.array(wanted)
    asked = np.array([intent in ASPECTS for intent in wanted])
    taken_as_asked = np.array([intent in ASPECTS for intent in found])
    urgent = np.array([intent.startswith(EMERGENCY) for intent in wanted])
    alarm = shares[:, [name.startswith(EMERGENCY) for name in intents]].sum(axis=1)
    top = shares.max(axis=1)
    aspects = shares[:, [name in ASPECTS for name in intents]]
    aspect_share = aspects.max(axis=1) / np.maximum(aspects.sum(axis=1), 1e-9)
    thresholds = Thresholds(
        act=_cheapest(top[~taken_as_asked], right[~taken_as_asked], WRONG, REFUSED),
        aspect=_cheapest(aspect_share[asked & taken_as_asked], right[asked & taken_as_asked], WRONG, ASKED),
        emergency=_alarm(alarm, urgent, UNDERRATED, WRONG),
        danger=_alarm(alarm, urgent, MISSED_EMERGENCY, REFUSED),
        names=_bare(names[asked], bare[asked]),
    )
    raised, told = alarm >= thresholds.emergency, alarm >= thresholds.danger
    return Calibration(
        thresholds,
        accuracy=float(right.mean()),
        aspect_accuracy=float(right[asked].mean()),
        bare_recall=float((names[bare] < thresholds.names).mean()),
        emergency_recall=float(raised[urgent].mean()),
        danger_recall=float(told[urgent].mean()),
        false_alarms=float(raised[~urgent].mean()),
        needless_numbers=float((told & ~raised)[~urgent].mean()),
        left_out=len(wanted),
    )


def _cheapest(shares: Floats, right: NDArray[np.bool_], wrong: float, unsure: float) -> float:
    """The threshold at which taking the model at its word above and asking below costs least; the lowest of equals."""
    costs = [float(wrong * (~right & (shares >= t)).sum() + unsure * (right & (shares < t)).sum()) for t in _GRID]
    return float(_GRID[int(np.argmin(costs))])


def _alarm(shares: Floats, urgent: NDArray[np.bool_], missed: float, needless: float) -> float:
    """The threshold at which what is missed and what is raised needlessly cost least together."""
    costs = [float(missed * (urgent & (shares < t)).sum() + needless * (~urgent & (shares >= t)).sum()) for t in _GRID]
    return float(_GRID[int(np.argmin(costs))])


def _bare(names: Floats, bare: NDArray[np.bool_]) -> float:
    """A matter that is overheard is a wrong answer; one that is heard where there is none, a needless question.

    In a talk either is as common as the other, whatever the examples are.
    """
    costs = [float(WRONG * (names[~bare] < t).mean() + ASKED * (names[bare] >= t).mean()) for t in _GRID]
    return float(_GRID[int(np.argmin(costs))])
