"""How long, and at what price, a citizen can still be written to on a channel that keeps count: pure.

Zalo counts from the last thing that a person did: a message, a button, a follow (channels.md, 1.5).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum


class Price(str, Enum):
    """What the next message costs."""

    FREE = "free"
    #: Only with somebody's yes.
    PAID = "paid"
    #: The provider refuses it.
    CLOSED = "closed"


@dataclass(frozen=True)
class Standing:
    """What staff see beside a conversation."""

    price: Price
    #: Until when it stays so; None where it is closed or the channel keeps no count.
    until: datetime | None
    #: Free replies left; None where nobody tells.
    left: int | None


def standing(heard_at: datetime | None, left: int | None, free: timedelta, paid: timedelta, at: datetime) -> Standing:
    """Where a conversation stands at a moment. One that was never heard from is closed."""
    if heard_at is None or at > heard_at + paid:
        return Standing(Price.CLOSED, None, left)
    if at <= heard_at + free and left != 0:
        return Standing(Price.FREE, heard_at + free, left)
    return Standing(Price.PAID, heard_at + paid, left)
