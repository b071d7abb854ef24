"""A worker that claims cases as fast as it can, at the same moments as others do: a process of its own."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.engine import Engine

from bot.errors import CaseTaken
from bot.handover import cases
from procedures.database import connect

#: Seconds that the others are waited for before a case.
PATIENCE = 120.0


@dataclass
class Told:
    """What a worker was told."""

    #: Case and officer of each claim that was won.
    won: list[tuple[int, int]] = field(default_factory=list)
    #: How often each case was said to be somebody's, by name.
    lost: Counter[tuple[int, str]] = field(default_factory=Counter)
    #: Kinds of errors that nobody should see.
    errors: list[str] = field(default_factory=list)


def work(url: str, case_ids: Sequence[int], officers: Sequence[int], seed: int, barrier: Any, results: Any) -> None:
    """Each officer of this worker claims each case once; all workers come to a case together."""
    engine, told, chance = connect(url), Told(), random.Random(seed)
    for case_id in case_ids:
        barrier.wait(PATIENCE)
        for officer in chance.sample(officers, len(officers)):
            _claim(engine, case_id, officer, told)
    results.put(told)
    engine.dispose()


def _claim(engine: Engine, case_id: int, officer: int, told: Told) -> None:
    try:
        with engine.begin() as connection:
            cases.claim(connection, case_id, officer)
    except CaseTaken as taken:
        told.lost[case_id, taken.values["name"]] += 1
    except Exception as error:
        told.errors.append(type(error).__name__)
    else:
        told.won.append((case_id, officer))
