"""What was read of long periods, kept for whoever asks again: their cases and guides take a second where they are many.

Safe to share between threads.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import date

import structlog

from bot import logs
from bot.console.counting import EVERY
from bot.console.number_sheets import Told

log = structlog.get_logger()

Period = tuple[date, date]
#: Days from which on a period is long.
LONG = 92
#: Seconds for which what was read is shown while it is read anew: the page says until when it is counted.
_STALE = 3600.0
#: Long periods that are kept.
_MOST = 4


class Kept:
    """Short periods are read at once, long ones behind the page."""

    def __init__(self, read: Callable[[date, date], Told]) -> None:
        self._read = read
        self._changed = threading.Condition()
        #: The latest last.
        self._told: dict[Period, tuple[float, Told]] = {}
        self._reading: set[Period] = set()

    def told(self, first: date, last: date, patience: float) -> Told | None:
        """None for a long period that is not read within so many seconds; it is being read."""
        if (last - first).days < LONG:
            return self._read(first, last)
        with self._changed:
            age, told = self._known((first, last))
            if told is None or age > EVERY:
                self._begin((first, last))
            if told is None:
                self._changed.wait_for(lambda: (first, last) not in self._reading, patience)
                age, told = self._known((first, last))
        return told

    def _known(self, period: Period) -> tuple[float, Told | None]:
        at, told = self._told.get(period, (0.0, None))
        age = time.monotonic() - at
        return (age, told) if age < _STALE else (age, None)

    def _begin(self, period: Period) -> None:
        if period not in self._reading:
            self._reading.add(period)
            threading.Thread(target=self._work, args=(period,), name="console-numbers", daemon=True).start()

    def _work(self, period: Period) -> None:
        told = None
        try:
            told = self._read(*period)
        except Exception as error:
            log.error("numbers_failed", error=type(error).__name__, where=logs.where(error))
        finally:
            with self._changed:
                self._reading.discard(period)
                if told is not None:
                    self._told.pop(period, None)
                    self._told[period] = (time.monotonic(), told)
                    for old in list(self._told)[:-_MOST]:
                        del self._told[old]
                self._changed.notify_all()
