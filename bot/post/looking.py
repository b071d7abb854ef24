"""Looking again and again: one look that fails must not be the last."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from bot import logs

log = structlog.get_logger()


async def again(look: Callable[[], object], every: float, event: str) -> None:
    """Looks beside the event loop, with so many seconds between two looks, until cancelled.

    What a look raises is logged as `event`, its kind and place and never its text.
    """
    while True:
        try:
            await asyncio.to_thread(look)
        except Exception as error:
            log.error(event, error=type(error).__name__, where=logs.where(error))
        await asyncio.sleep(every)
