"""Watches over the service while it runs: whether somebody answers, and whether the audit is whole."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy.engine import Engine
from starlette.requests import Request

from bot.accounts.gate import Gate
from bot.accounts.people import Role
from bot.audit import chain
from bot.away import Away
from bot.engine.models import Models
from bot.post.clock import now
from bot.post.looking import again
from bot.post.wake import ALERTS, DESK, Wake
from bot.post.wake import conversation as transcript_of
from bot.post.wake import outbox as outbox_of
from bot.settings import Settings
from bot.watch import signs
from bot.watch.deep import Deep
from bot.watch.metrics import Metrics
from bot.web.health import Watched
from procedures.database import VAR

log = structlog.get_logger()

#: Seconds between two looks.
LOOK_EVERY = 5.0
#: The audit is verified so often, and its head told to the log: an anchor outside the database.
_VERIFY_EVERY = timedelta(days=1)


class Watching:
    """Any number of processes may."""

    def __init__(self, database: Engine, wake: Wake, readiness: Callable[[], str]) -> None:
        """`readiness`: whether somebody answers."""
        self._database, self._wake = database, wake
        self._reading = database.execution_options(motcua_read=True)
        self._away = Away(database, readiness)

    async def run(self) -> None:
        """Until cancelled."""
        looks = (self.look, self.verify)
        await asyncio.gather(*(again(look, LOOK_EVERY, "watching_failed") for look in looks))

    def look(self) -> None:
        """Tells whoever waits for an engine that is away, and wakes senders, pages and the desk."""
        told = self._away.look()
        for one in told:
            self._wake.notify(outbox_of(one.channel))
            self._wake.notify(transcript_of(one.conversation_id))
        for topic in (DESK, ALERTS) if told else ():
            self._wake.notify(topic)

    def verify(self) -> chain.Found | None:
        """Verifies the audit once a day; None where that is done."""
        with self._reading.connect() as connection:
            last = signs.every(connection).get(signs.AUDIT)
            if last is not None and timedelta() <= now() - last.at < _VERIFY_EVERY:
                return None
            found = chain.verify(connection)
        tell_verified(self._database, found)
        return found


def tell_verified(database: Engine, found: chain.Found) -> None:
    """Keeps what a verification has found for the page and the metrics, and tells the log the head."""
    trouble = found.trouble.value if found.trouble else ""
    signs.give(database, signs.AUDIT, whole=found.whole, lines=found.lines, head=str(found.head), entry=found.entry)
    if found.whole:
        log.info("audit_anchor", head=str(found.head), lines=found.lines)
    else:
        log.critical("audit_broken", entry=found.entry, trouble=trouble)


def watching(
    settings: Settings, database: Engine, channels: Iterable[str], readiness: Callable[[], str], gate: Gate
) -> Watched:
    """What the pages tell of the service."""
    media = Path(settings.media) if settings.media else VAR / "media"

    async def is_admin(request: Request) -> bool:
        person = await gate.known(request)
        return person is not None and person.role.may(Role.ADMIN)

    deep = Deep(database, VAR, media, readiness, lambda: Models().active().name)
    metrics = Metrics(database, VAR, media, settings.base_url, channels)
    return Watched(settings.metrics_token, deep, metrics, is_admin)
