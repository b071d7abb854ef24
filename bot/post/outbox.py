"""The outbox: what is still to be delivered, in order within a conversation."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, exists, insert, or_, select, update
from sqlalchemy.engine import Connection, Engine

from bot.conversation import Author, Button, Outbound, Reply
from bot.post.clock import now
from bot.store.tables import conversation, message, outbox

#: Seconds until a message whose sender died is tried again.
LEASE = 60.0
#: Tries before a message is given up.
MOST_ATTEMPTS = 8


@dataclass(frozen=True)
class Letter:
    """One message that one sender delivers now."""

    id: int
    channel: str
    attempt: int
    outbound: Outbound


def post(connection: Connection, conversation_id: int, channel: str, reply: Reply, inbox_id: int | None) -> None:
    """Adds a reply to the transcript and to the outbox, in the caller's transaction."""
    moment = now()
    line = connection.execute(
        insert(message).values(
            conversation_id=conversation_id,
            author=Author.BOT.value,
            text=reply.text,
            buttons=json.dumps([vars(button) for button in reply.buttons], ensure_ascii=False),
            inbox_id=inbox_id,
            created_at=moment,
        )
    )
    letter = {"message_id": line.inserted_primary_key[0], "conversation_id": conversation_id, "channel": channel}
    connection.execute(insert(outbox).values(**letter, try_at=moment))


class Outbox:
    """Messages on their way."""

    def __init__(self, engine: Engine, channels: tuple[str, ...]) -> None:
        self._engine = engine
        self._channels = channels

    def claim(self) -> Letter | None:
        """The oldest due message of a conversation with nothing older unsent; None if none is due."""
        with self._engine.begin() as connection:
            row = connection.execute(_oldest(self._channels)).first()
            if row is None or not _mark_sending(connection, row.id, row.attempts):
                return None
            return _letter(row)

    def sent(self, letter: Letter) -> None:
        """The channel has it."""
        self._settle(letter, status="sent", sent_at=now(), error=None)

    def failed(self, letter: Letter, reason: str, retry_after: float | None) -> None:
        """Tries again after so many seconds; None, or too many tries, gives it up with the reason kept."""
        if retry_after is None or letter.attempt >= MOST_ATTEMPTS:
            self._settle(letter, status="failed", error=reason)
        else:
            self._settle(letter, status="queued", error=reason, try_at=now() + timedelta(seconds=retry_after))

    def _settle(self, letter: Letter, **values: object) -> None:
        mine = and_(outbox.c.id == letter.id, outbox.c.attempts == letter.attempt, outbox.c.status == "sending")
        with self._engine.begin() as connection:
            connection.execute(update(outbox).where(mine).values(**values))


def buttons(column: str) -> tuple[Button, ...]:
    """The buttons that `post` stored."""
    return tuple(Button(**button) for button in json.loads(column))


def _letter(row: Any) -> Letter:
    reply = Reply(row.text, buttons(row.buttons))
    return Letter(
        row.id, row.channel, row.attempts + 1, Outbound(row.message_id, row.conversation_id, row.address, reply)
    )


def _oldest(channels: tuple[str, ...]) -> Any:
    older = outbox.alias()
    unsent = older.c.status.in_(("queued", "sending"))
    held_up = exists().where(
        and_(older.c.conversation_id == outbox.c.conversation_id, older.c.id < outbox.c.id, unsent)
    )
    due = and_(or_(outbox.c.status == "queued", outbox.c.status == "sending"), outbox.c.try_at <= now())
    columns = (outbox.c.id, outbox.c.channel, outbox.c.attempts, outbox.c.message_id, outbox.c.conversation_id)
    return (
        select(*columns, conversation.c.address, message.c.text, message.c.buttons)
        .join(conversation, conversation.c.id == outbox.c.conversation_id)
        .join(message, message.c.id == outbox.c.message_id)
        .where(outbox.c.channel.in_(channels), due, ~held_up)
        .order_by(outbox.c.id)
        .limit(1)
    )


def _mark_sending(connection: Connection, letter_id: int, attempts: int) -> bool:
    mine = and_(outbox.c.id == letter_id, outbox.c.attempts == attempts)
    values = {"status": "sending", "attempts": attempts + 1, "try_at": now() + timedelta(seconds=LEASE)}
    return bool(connection.execute(update(outbox).where(mine).values(**values)).rowcount == 1)
