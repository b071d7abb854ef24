"""A session without a server: the same post, turn and engine, on a database of its own.

For the terminal: questions asked there leave no trace in the office's transcripts. The catalogue is the real one.
"""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass

from sqlalchemy import select

from bot.channels.memory import MemoryChannel
from bot.conversation import Inbound, Reply
from bot.post.inbox import Inbox
from bot.post.sender import Sender
from bot.post.wake import Wake
from bot.post.worker import Loadable, Worker
from bot.store import schema
from bot.store.tables import turn
from bot.turn import Turns
from procedures.database import connect


@dataclass(frozen=True)
class Told:
    """One turn as the terminal sees it; `procedures` is JSON, `ms` the time the answer took."""

    replies: list[Reply]
    outcome: str
    intent: str
    aspect: str
    language: str
    reply_language: str
    procedures: str
    ms: float


class Session:
    """Asks and waits for the answer."""

    def __init__(self, responder: Loadable) -> None:
        self._database = connect("sqlite://")
        schema.migrate(self._database)
        wake = Wake()
        self._channel = MemoryChannel()
        self._inbox = Inbox(self._database, wake)
        self._worker = Worker(self._inbox, Turns(self._database, responder, wake), responder, wake)
        self._sender = Sender(self._database, [self._channel], wake)
        responder.load()

    def say(self, address: str, text: str, payload: str = "") -> Told:
        """One message of the conversation `address`, answered."""
        receipt = self._inbox.receive(Inbound(self._channel.name, address, uuid.uuid4().hex, text, payload))
        self._worker.drain()
        asyncio.run(self._sender.drain())
        with self._database.connect() as connection:
            row = connection.execute(select(turn).where(turn.c.inbox_id == receipt.inbox_id)).one()
        told = (row.outcome, row.intent, row.aspect, row.language, row.reply_language, row.procedures, row.ms)
        return Told(self._channel.take(address), *told)
