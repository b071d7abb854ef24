"""What an unforeseen error means to whoever asked: a mistake of ours, or something that passes."""

from __future__ import annotations

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.watch import disk

#: A database that is away, locked or read-only, and one whose connections are all in use.
_AWAY = (OperationalError, InterfaceError, PoolTimeout)
#: After so many seconds it may be worth another try.
RETRY_AFTER = "10"


def status_of(error: Exception) -> int:
    """503 where nothing could be read or kept for now, which is told honestly; else 500."""
    return 503 if disk.is_full(error) or isinstance(error, _AWAY) else 500
