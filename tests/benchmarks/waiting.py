"""A line in front of so many workers: simulated with SimPy, and by theory where theory knows it (M/M/c)."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Generator
from typing import Any

import simpy

#: Seconds that a worker takes for a message.
Takes = Callable[[random.Random], float]


def waits(rate: float, workers: int, takes: Takes, messages: int, seed: int = 7) -> list[float]:
    """Seconds that each of so many messages waits until a worker takes it up; they come by chance, `rate` a second.

    The first tenth is left out: at first nobody waits.
    """
    world, chance, found = simpy.Environment(), random.Random(seed), list[float]()
    crew = simpy.Resource(world, workers)

    def message() -> Generator[Any, Any, None]:
        came = world.now
        with crew.request() as turn:
            yield turn
            found.append(world.now - came)
            yield world.timeout(takes(chance))

    def people() -> Generator[Any, Any, None]:
        for _ in range(messages):
            world.process(message())
            yield world.timeout(chance.expovariate(rate))

    world.process(people())
    world.run()
    return found[messages // 10 :]


def exponential(mean: float) -> Takes:
    """As theory has it."""
    return lambda chance: chance.expovariate(1 / mean)


def uneven(mean: float, spread: float) -> Takes:
    """Log-normal: most are quick and a few are slow. `spread`: deviation as a share of the mean."""
    sigma = math.sqrt(math.log(1 + spread**2))
    return lambda chance: chance.lognormvariate(math.log(mean) - sigma**2 / 2, sigma)


def erlang(rate: float, workers: int, mean: float) -> float:
    """Mean seconds of waiting in M/M/c (Erlang 1917); infinity where more comes than they can do."""
    offered = rate * mean
    if offered >= workers:
        return math.inf
    blocked = 1.0
    for number in range(1, workers + 1):
        blocked = offered * blocked / (number + offered * blocked)
    waits_at_all = blocked / (1 - offered / workers * (1 - blocked))
    return waits_at_all * mean / (workers - offered)
