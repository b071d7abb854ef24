"""Who did what at the console: written in the transaction of the deed, never changed."""

from __future__ import annotations

from bot.audit.chain import head
from bot.audit.writing import note

__all__ = ["head", "note"]
