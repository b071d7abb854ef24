"""Plain-word procedures, read once for all tests."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from procedures.catalogue import SEEDS
from procedures.importers.seeds import read_seeds


@lru_cache(maxsize=1)
def _all() -> tuple[Any, ...]:
    return tuple(read_seeds(SEEDS))


def seeds(*codes: str) -> Iterator[Any]:
    """Those of these codes."""
    return (row for row in _all() if row.procedure.code in codes)
