"""The inbox: every message once, answered in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, exists, func, insert, select, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from bot.conversation import Author, Inbound, State
from bot.errors import PostFailed
from bot.post.clock import ago, now
from bot.post.wake import INBOX, Wake
from bot.store.tables import conversation, inbox, message
from procedures.typed.fold import tidy

#: Longest text that is read, in characters. A channel that can refuses a longer one at once; of any other the beginning
#: is kept, one character more than is read, and the turn asks for a shorter one.
LONGEST = 4000
#: Seconds after which a claimed message is given to somebody else: the process that had it has died.
LEASE = 30.0


@dataclass(frozen=True)
class Receipt:
    """A message is stored; `new` is False where it had come before."""

    conversation_id: int
    inbox_id: int
    new: bool


@dataclass(frozen=True)
class Claimed:
    """A message that one worker answers now."""

    id: int
    conversation_id: int
    channel: str
    text: str
    payload: str
    state: State
    memory: str | None
    #: Which try this is, from 1. Part of the claim: an older try can no longer commit.
    attempt: int


class Inbox:
    """Messages that came."""

    def __init__(self, engine: Engine, wake: Wake) -> None:
        self._engine = engine
        self._wake = wake

    def receive(self, inbound: Inbound) -> Receipt:
        """Stores a message with its line of the transcript. The same message again changes nothing.

        Raises PostFailed.
        """
        receipt = self._receive_once(inbound) or self._receive_once(inbound) or self._receive_once(inbound)
        if receipt is None:
            raise PostFailed("A message could not be stored")
        if receipt.new:
            self._wake.notify(INBOX)
        return receipt

    def _receive_once(self, inbound: Inbound) -> Receipt | None:
        """None if somebody opened the same conversation, or stored the same message, at the same moment.

        Each can happen once, so the third try finds both.
        """
        try:
            with self._engine.begin() as connection:
                return _seen(connection, inbound) or _store(connection, inbound)
        except IntegrityError:
            return None

    def claim(self) -> Claimed | None:
        """The oldest message of a conversation that has none in progress; None if there is no such message."""
        try:
            with self._engine.begin() as connection:
                _free_expired(connection)
                row = connection.execute(_oldest()).first()
                if row is None or not _mark_claimed(connection, row.id):
                    return None
                return Claimed(**{**row._mapping, "state": State(row.state)})
        except IntegrityError:
            # Another worker took a message of this conversation between our look and our claim.
            return None

    def waiting(self) -> int:
        """How many messages are not answered yet."""
        with self._engine.connect() as connection:
            open_ones = select(func.count()).where(inbox.c.status.in_(("new", "claimed")))
            return int(connection.execute(open_ones).scalar() or 0)


def open_conversation(connection: Connection, channel: str, address: str) -> int:
    """The conversation of this address, made if it is the first time. Returns its id."""
    mine = and_(conversation.c.channel == channel, conversation.c.address == address)
    found = connection.execute(select(conversation.c.id).where(mine)).scalar()
    if found is not None:
        return int(found)
    made = connection.execute(insert(conversation).values(channel=channel, address=address, created_at=now()))
    return int(made.inserted_primary_key[0])


def _seen(connection: Connection, inbound: Inbound) -> Receipt | None:
    same = and_(inbox.c.channel == inbound.channel, inbox.c.channel_message_id == inbound.channel_message_id)
    row = connection.execute(select(inbox.c.id, inbox.c.conversation_id).where(same)).first()
    return Receipt(row.conversation_id, row.id, new=False) if row else None


def _store(connection: Connection, inbound: Inbound) -> Receipt:
    text, moment = tidy(inbound.text)[: LONGEST + 1], now()
    conversation_id = open_conversation(connection, inbound.channel, inbound.address)
    stored = connection.execute(
        insert(inbox).values(
            conversation_id=conversation_id,
            channel=inbound.channel,
            channel_message_id=inbound.channel_message_id,
            text=text,
            payload=inbound.payload,
            received_at=moment,
        )
    )
    inbox_id = int(stored.inserted_primary_key[0])
    line = {"conversation_id": conversation_id, "author": Author.CITIZEN.value, "text": text, "inbox_id": inbox_id}
    connection.execute(insert(message).values(**line, created_at=moment))
    return Receipt(conversation_id, inbox_id, new=True)


def _free_expired(connection: Connection) -> None:
    dead = and_(inbox.c.status == "claimed", inbox.c.claimed_at < ago(LEASE))
    connection.execute(update(inbox).where(dead).values(status="new", claimed_at=None))


def _oldest() -> Any:
    other = inbox.alias()
    busy = exists().where(and_(other.c.conversation_id == inbox.c.conversation_id, other.c.status == "claimed"))
    return (
        select(
            inbox.c.id,
            inbox.c.conversation_id,
            inbox.c.channel,
            inbox.c.text,
            inbox.c.payload,
            conversation.c.state,
            conversation.c.memory,
            (inbox.c.attempts + 1).label("attempt"),
        )
        .join(conversation, conversation.c.id == inbox.c.conversation_id)
        .where(inbox.c.status == "new", ~busy)
        .order_by(inbox.c.id)
        .limit(1)
    )


def _mark_claimed(connection: Connection, inbox_id: int) -> bool:
    mine = and_(inbox.c.id == inbox_id, inbox.c.status == "new")
    claimed = update(inbox).where(mine).values(status="claimed", claimed_at=now(), attempts=inbox.c.attempts + 1)
    return bool(connection.execute(claimed).rowcount == 1)
