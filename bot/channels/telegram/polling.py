"""Asking Telegram for updates, for sites that it cannot reach."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog

from bot.channels.http import Backoff, Sleep
from bot.channels.port import Receive
from bot.channels.telegram.commands import Command
from bot.channels.telegram.updates import came
from bot.errors import NotReadable

log = structlog.get_logger()

#: Seconds of the longest rest after trouble, and between two questions that nobody had anything to say to.
_LONGEST_REST, _PAUSE = 60.0, 0.2


class Polling:
    """Telegram forgets an update when it is asked for a later one. So it is stored before the next question."""

    def __init__(
        self, ask: Callable[[int | None], Awaitable[list[Any]]], menu: Sequence[Command], sleep: Sleep = asyncio.sleep
    ) -> None:
        """`ask`: getUpdates from this offset on."""
        self._ask = ask
        self._menu = menu
        self._sleep = sleep
        self._backoff = Backoff(_LONGEST_REST, sleep)
        self._offset: int | None = None

    async def run(self, receive: Receive) -> None:
        """Until cancelled."""
        while True:
            if await self._round(receive):
                self._backoff.over()
            else:
                await self._backoff.wait()

    async def _round(self, receive: Receive) -> bool:
        """One question and all that it brought; False: something is in the way."""
        try:
            updates = await self._ask(self._offset)
        except Exception as error:
            log.warning("telegram_poll_failed", error=type(error).__name__)
            return False
        for update in updates:
            if not await self._stored(update, receive):
                return False
        if not updates:
            # Telegram holds an empty answer back for half a minute; something between us may not.
            await self._sleep(_PAUSE)
        return True

    async def _stored(self, update: Any, receive: Receive) -> bool:
        """False: it is asked for again."""
        try:
            messages = came(update, self._menu)
            if messages:
                await receive(messages)
        except NotReadable as error:
            log.warning("telegram_update_unreadable", error=str(error))
        except Exception as error:
            log.error("telegram_update_not_stored", error=type(error).__name__)
            return False
        return self._confirm(update)

    def _confirm(self, update: Any) -> bool:
        # Not the largest so far: after a week of silence Telegram starts anywhere (Bot API, Update.update_id).
        id_ = update.get("update_id") if isinstance(update, dict) else None
        if not isinstance(id_, int):
            return False
        self._offset = id_ + 1
        return True
