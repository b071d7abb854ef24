"""A session without a server: the same post, turn and engine, on a database of its own.

For the terminal: questions asked there leave no trace in the office's transcripts. The catalogue is the real one.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.engine import Connection

from bot.conversation import Author, Inbound, Reply
from bot.post.inbox import Inbox, Receipt
from bot.post.outbox import buttons
from bot.post.wake import Wake
from bot.post.worker import Loadable, Worker
from bot.store import schema
from bot.store.tables import message, turn
from bot.turn import Turns
from procedures.database import connect

_CHANNEL = "memory"


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
        self._inbox = Inbox(self._database, wake)
        self._worker = Worker(self._inbox, Turns(self._database, responder, wake, desk=False), responder, wake)
        responder.load()

    def say(self, address: str, text: str, payload: str = "") -> Told:
        """One message of the conversation `address`, answered."""
        receipt = self._inbox.receive(Inbound(_CHANNEL, address, uuid.uuid4().hex, text, payload))
        self._worker.drain()
        with self._database.connect() as connection:
            row = connection.execute(select(turn).where(turn.c.inbox_id == receipt.inbox_id)).one()
            replies = _replies(connection, receipt)
        told = (row.outcome, row.intent, row.aspect, row.language, row.reply_language, row.procedures, row.ms)
        return Told(replies, *told)


def _replies(connection: Connection, receipt: Receipt) -> list[Reply]:
    """As they were meant, before any channel fitted them to what it can show."""
    answers = and_(message.c.inbox_id == receipt.inbox_id, message.c.author == Author.BOT.value)
    rows = connection.execute(select(message).where(answers).order_by(message.c.id))
    return [Reply(row.text, buttons(row.buttons), row.encloses) for row in rows]
