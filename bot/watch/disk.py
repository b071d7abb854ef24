"""A full disk: known by what it raises, and told to the log once an hour, not with each message that it costs."""

from __future__ import annotations

import errno
import time
from collections.abc import Iterator

import structlog

log = structlog.get_logger()

#: Seconds between two lines that tell of it.
_TELL_EVERY = 3600.0
_NUMBERS = (errno.ENOSPC, errno.EDQUOT)
#: SQLite and PostgreSQL tell it in words.
_WORDS = ("disk is full", "No space left on device")
_told: dict[str, float] = {}


def is_full(error: BaseException) -> bool:
    """Whether it, or what it came from, is a full disk. Tells the log."""
    found = any(_full(one) for one in _causes(error))
    if found and time.monotonic() > _told.get("disk", -_TELL_EVERY) + _TELL_EVERY:
        _told["disk"] = time.monotonic()
        log.critical("disk_full")
    return found


def forget() -> None:
    """The next full disk is told at once."""
    _told.clear()


def _full(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in _NUMBERS
    # What a database says of itself holds no words of citizens; it is only looked at.
    return any(words in str(getattr(error, "orig", "")) for words in _WORDS)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
