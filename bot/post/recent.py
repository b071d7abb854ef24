"""What every message is judged by and nobody changes for weeks: read once a second, not with each message."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy.engine import Connection

T = TypeVar("T")

#: Seconds for which it is good.
GOOD_FOR = 1.0


class Recent(Generic[T]):
    """Something that is read from a database, at most GOOD_FOR seconds old; `read` gives what nobody changes.

    Whoever writes it calls `forget`, so that a process at once obeys what it has written itself. Not for whoever
    reads it to write it again.
    """

    def __init__(self, read: Callable[[Connection], T], clock: Callable[[], float] = time.monotonic) -> None:
        """`clock`: seconds that never go back."""
        self._read, self._clock = read, clock
        #: By the pool of a database: until when it is good, and what it is.
        self._kept: WeakKeyDictionary[Any, tuple[float, T]] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def of(self, connection: Connection) -> T:
        """As it was in the database of this connection within the last second."""
        pool = connection.engine.pool
        with self._lock:
            until, told = self._kept.get(pool, (float("-inf"), None))
        if told is not None and self._clock() < until:
            return told
        # Counted from before the look: what is written meanwhile is seen as soon as what is written after it.
        until = self._clock() + GOOD_FOR
        told = self._read(connection)
        with self._lock:
            self._kept[pool] = (until, told)
        return told

    def forget(self, connection: Connection) -> None:
        """It is about to change."""
        with self._lock:
            self._kept.pop(connection.engine.pool, None)
