"""The composition root: the only place that knows every part."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette

from bot.channels.web import WebChannel
from bot.post.inbox import Inbox
from bot.post.sender import Sender
from bot.post.wake import Wake, conversation
from bot.post.worker import Loadable, Worker
from bot.reminders import Reminders
from bot.settings import Settings
from bot.store import schema
from bot.turn import Turns
from bot.web.chat import Chat
from bot.web.site import site
from procedures.database import connect


def build(settings: Settings, responder: Loadable) -> Starlette:
    """The whole service as one ASGI application. Raises SchemaOutdated."""
    database = connect(settings.database_url)
    schema.check(database)
    wake = Wake()
    inbox = Inbox(database, wake)
    worker = Worker(inbox, Turns(database, responder, wake, settings.base_url), responder, wake)
    sender = Sender(database, [WebChannel(lambda id_: wake.notify(conversation(id_)))], wake)
    reminders = Reminders(database, wake)
    chat = Chat(database, inbox, wake, readiness=lambda: responder.readiness.value)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        worker.start()
        running = [asyncio.create_task(part.run()) for part in (sender, reminders)]
        yield
        for task in running:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await asyncio.to_thread(worker.stop)

    return site(settings, database, chat, lifespan)
