"""Time in the database: UTC, aware."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone


def now() -> datetime:
    """This moment, UTC."""
    return datetime.now(timezone.utc)


def ago(seconds: float) -> datetime:
    """The moment so many seconds before now, UTC."""
    return now() - timedelta(seconds=seconds)
