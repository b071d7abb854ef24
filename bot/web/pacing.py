"""How fast one person may write, and how many conversations an address may begin."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from sqlalchemy.engine import Engine
from starlette.requests import Request

from bot.web.chat import CHANNEL
from bot.web.limits import Limits, address_of
from bot.web.spoken import LANGUAGES, of_browser, of_talk
from bot.words import words

#: Sessions that are kept in mind before all are forgotten; each costs one question to the database.
_KEPT = 10_000


@dataclass(frozen=True)
class TooFast:
    """Why a message is not taken in now."""

    #: In the person's language.
    told: str
    #: Seconds until it will be.
    wait: int


class Pacing:
    """Asked before a message of a page is stored."""

    def __init__(self, database: Engine, limits: Limits) -> None:
        self._reading = database.execution_options(motcua_read=True)
        self._limits = limits
        #: Sessions that have a conversation, as far as they are kept in mind.
        self._known: set[str] = set()

    async def of(self, request: Request, session: str | None) -> TooFast | None:
        """What hinders whoever holds a session; None where nothing does.

        A session costs us nothing before something is said in it: so it is the first message that counts as new.
        """
        known = session in self._known
        language = await asyncio.to_thread(self._language, session) if session and not known else None
        if session and (known or language):
            wait = self._limits.person.take(session)
        else:
            wait = self._limits.new.take(address_of(request.scope))
        if not wait:
            return None
        if session and known:
            language = await asyncio.to_thread(self._language, session)
        spoken = language if language in LANGUAGES else of_browser(request)
        return TooFast(words().say("chat.too_fast" if language else "chat.too_many", spoken, seconds=wait), wait)

    def _language(self, session: str) -> str | None:
        with self._reading.connect() as connection:
            language = of_talk(connection, CHANNEL, session)
        if language:
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known.add(session)
        return language
