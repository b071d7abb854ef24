"""The composition root: the only place that knows every part."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy.engine import Engine
from starlette.applications import Starlette

from bot import site_settings
from bot.access import guarded
from bot.accounts.gate import Gate
from bot.alerts.email import mailer
from bot.channels.port import Channel, Provider
from bot.channels.web import WebChannel
from bot.channels.webhooks import Webhooks
from bot.channels_on import providers
from bot.console.console import console
from bot.console.counting import Counting
from bot.console.trainer import Trainer
from bot.desk.desk import desk
from bot.enclosures import Enclosures
from bot.forgetting import Forgetting
from bot.handover.openings import teller
from bot.keeper import Keeper
from bot.media import Media
from bot.post.alone import Alone
from bot.post.door import Door
from bot.post.inbox import Inbox
from bot.post.notices import Notices
from bot.post.phrases import Phrases
from bot.post.pulse import Pulse, Workers
from bot.post.relay import relay
from bot.post.sender import Sender
from bot.post.wake import Wake, conversation
from bot.post.worker import Loadable, Worker
from bot.privacy import published, vault
from bot.privacy.erasing import Erasing
from bot.reminders import Reminders
from bot.scam.pages import own as our_addresses
from bot.settings import Settings
from bot.store import schema
from bot.turn import Turns
from bot.watching import Watching, watching
from bot.web.chat import Chat
from bot.web.site import site
from procedures.database import THREADS, connect
from procedures.openings import told_by
from procedures.search import thresholds


class Part(str, Enum):
    """What one process can do of the whole."""

    #: Pages, webhooks, asking providers for updates.
    WEB = "web"
    #: Understanding and answering.
    WORKER = "worker"
    #: Sending, fetching what citizens sent, reminders.
    SENDER = "sender"


#: What a process with pages does unless it is told to do only one thing.
FRONT = frozenset((Part.WEB, Part.SENDER))


class Parts:
    """What all parts share: database, wake, channels."""

    def __init__(self, settings: Settings) -> None:
        """Raises SchemaOutdated, and WrongUse for a mail server or a data key that cannot be one."""
        self.settings = settings
        vault.use(settings.data_key)
        self.mailer = mailer(settings)
        self.database: Engine = connect(settings.database_url)
        schema.check(self.database)
        thresholds.told_by(site_settings.teller(self.database))
        published.told_by(published.offices(self.database))
        self.wake = Wake()
        #: Of whoever answers, in whichever process.
        self.readiness: Callable[[], str] = Workers(self.database).readiness
        self.http = httpx.AsyncClient()
        self.away: list[Provider] = providers(settings, self.database, self.http)
        here = [WebChannel(lambda id_: self.wake.notify(conversation(id_)), name) for name in ("web", "api", "counter")]
        self.channels: dict[str, Channel] = {channel.name: channel for channel in (*here, *self.away)}
        self.abilities = {name: channel.abilities for name, channel in self.channels.items()}
        self.inbox = Inbox(self.database, self.wake, self.abilities)
        self.door = Door(self.inbox, Notices(self.database, self.wake, self.abilities), self.channels)

    def worker(self, responder: Loadable) -> Worker:
        """Answers in a thread of its own."""
        told_by(teller(self.database))
        known = (self.settings.base_url, self.abilities, self.settings.secret_key)
        turns = Turns(self.database, responder, self.wake, *known, notice=True, own=our_addresses(self.settings))
        return Worker(self.inbox, turns, responder, self.wake)

    @contextlib.asynccontextmanager
    async def running(self, parts: frozenset[Part]) -> AsyncIterator[None]:
        """With what runs beside the pages."""
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, "beside"))
        hints = relay(self.wake, self.settings.database_url)
        hints.start()
        phrases = Phrases(self.database, self.wake)
        await asyncio.to_thread(phrases.start)
        tasks = [asyncio.create_task(part) for part in self._tasks(parts)]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.http.aclose()
            await asyncio.to_thread(phrases.stop)
            hints.stop()

    def _tasks(self, parts: frozenset[Part]) -> list[Coroutine[Any, Any, None]]:
        running: list[Coroutine[Any, Any, None]] = []
        if Part.WEB in parts:
            # Two that ask Telegram for updates are refused; two that tell it where to post say the same.
            running += [self._alone(f"channel {one.name}", partial(one.run, self.door)) for one in self.away]
        if Part.SENDER in parts:
            enclosures = Enclosures(self.database, self.settings.base_url, Path(self.settings.media))
            running += [Sender(self.database, one, self.wake, enclosures).run() for one in self.channels.values()]
            running.append(Media(self.database, self.away, Path(self.settings.media), self.wake).run())
            running.append(Reminders(self.database, self.wake).run())
            running.append(Forgetting(self.database, Path(self.settings.media)).run())
            running.append(Erasing(self.database, Path(self.settings.media)).run())
            site = self.settings.base_url
            running.append(Keeper(self.database, self.wake, self.abilities, self.mailer, site).run())
            running.append(self._alone("counting", Counting(self.database).run))
            running.append(Watching(self.database, self.wake, self.readiness).run())
            running.append(self._alone("trainer", Trainer(self.database, self.settings.database_url).run))
        return running

    def _alone(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> Coroutine[Any, Any, None]:
        return Alone(self.database, name).run(work)


def build(settings: Settings, responder: Loadable | None = None, parts: frozenset[Part] = FRONT) -> Starlette:
    """Pages and what runs beside them as one ASGI application; with a `responder` it answers too.

    Raises SchemaOutdated.
    """
    shared = Parts(settings)
    worker = shared.worker(responder) if responder else None
    if responder:
        shared.readiness = lambda: responder.readiness.value
    chat = Chat(shared.database, shared.inbox, shared.wake, readiness=shared.readiness)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        if worker:
            worker.start()
        async with shared.running(parts):
            warming = asyncio.create_task(asyncio.to_thread(admins.warm))
            yield
        await asyncio.gather(warming, return_exceptions=True)
        if worker:
            await asyncio.to_thread(worker.stop)

    known = (settings, shared.database, shared.wake, shared.channels, chat)
    admins = console(*known)
    more = [*Webhooks(shared.away, shared.door).routes(), *desk(*known), *admins.routes]
    gate = Gate(settings, shared.database)
    watched = watching(settings, shared.database, tuple(shared.channels), shared.readiness, gate)
    return guarded(site(settings, shared.database, chat, lifespan, watched, more), gate)


async def sending(settings: Settings) -> None:
    """A process that sends and does nothing else, until cancelled. Raises SchemaOutdated."""
    async with Parts(settings).running(frozenset((Part.SENDER,))):
        await asyncio.Event().wait()


@contextlib.contextmanager
def working(settings: Settings, responder: Loadable) -> Iterator[Worker]:
    """A process that answers and does nothing else. Raises SchemaOutdated."""
    shared = Parts(settings)
    worker, pulse = shared.worker(responder), Pulse(shared.database, lambda: responder.readiness)
    hints, phrases = relay(shared.wake, settings.database_url), Phrases(shared.database, shared.wake)
    hints.start()
    phrases.start()
    pulse.start()
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()
        pulse.stop()
        phrases.stop()
        hints.stop()
