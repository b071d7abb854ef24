"""Time in the database: UTC, aware."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone


def now() -> datetime:
    """This moment, UTC."""
    return datetime.now(timezone.utc)


def ago(seconds: float) -> datetime:
    """The moment so many seconds before now, UTC."""
    return now() - timedelta(seconds=seconds)


class Steady:
    """Notices when somebody sets the clock, by another one that nobody sets."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._apart = self._now_apart()

    def jump(self) -> float:
        """Seconds by which the clock was set since the last look; below 0 where it was set back."""
        before, self._apart = self._apart, self._now_apart()
        return self._apart - before

    def _now_apart(self) -> float:
        return now().timestamp() - self._monotonic()
