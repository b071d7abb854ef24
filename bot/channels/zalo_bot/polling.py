"""Asking Zalo for events, for sites that it cannot reach; "for development" in Zalo's words."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog

from bot.channels.http import Backoff, Sleep, until_works
from bot.channels.port import Receive
from bot.channels.zalo_bot.api import NOTHING_NEW, Api, Refusal
from bot.channels.zalo_bot.updates import came
from bot.errors import NotReadable

log = structlog.get_logger()

#: Seconds: a question is held open for so long; more until it is given up; the longest rest; between two questions.
_HOLD, _MORE, _LONGEST_REST, _PAUSE = 30, 15, 60.0, 0.2


class Polling:
    """getUpdates gives one event and knows no offset: what it gave it never gives again.

    So an event is stored before anything else is asked, however often that takes; if the process dies in between, it is
    lost. Where that matters, let Zalo post to us.
    """

    def __init__(self, api: Api, sleep: Sleep = asyncio.sleep) -> None:
        self._api = api
        self._sleep = sleep
        self._backoff = Backoff(_LONGEST_REST, sleep)

    async def run(self, receive: Receive) -> None:
        """Until cancelled."""
        while True:
            await self._round(receive)

    async def _round(self, receive: Receive) -> None:
        try:
            event = await self._ask()
        except Exception as error:
            # A Refusal says its code or the kind of error, all others could say anything.
            known = str(error) if isinstance(error, Refusal) else type(error).__name__
            log.warning("zalo_bot_poll_failed", error=known)
            await self._backoff.wait()
        else:
            self._backoff.over()
            await self._keep(event, receive)

    async def _ask(self) -> Any:
        """None: nothing new."""
        try:
            return await self._api.call("getUpdates", {"timeout": _HOLD}, _HOLD + _MORE)
        except Refusal as refusal:
            if refusal.code != NOTHING_NEW:
                raise
            return None

    async def _keep(self, event: Any, receive: Receive) -> None:
        if not event:
            # Zalo holds an empty answer back for half a minute; something between us may not.
            await self._sleep(_PAUSE)
            return
        try:
            messages = came(event)
        except NotReadable as error:
            log.warning("zalo_bot_event_unreadable", error=str(error))
            return
        if messages:
            await until_works(
                lambda: receive(messages), Backoff(_LONGEST_REST, self._sleep), "zalo_bot_event_not_stored"
            )
