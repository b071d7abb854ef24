"""The inbox: every message once, answered in order."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import structlog
from sqlalchemy import and_, bindparam, func, insert, or_, select, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from bot.channels.port import Abilities
from bot.conversation import Author, Inbound, Kind, State
from bot.errors import PostFailed
from bot.post import pressing
from bot.post.clock import ago, now
from bot.post.fair import next_in_line, turn_of
from bot.post.wake import INBOX, MEDIA, Wake
from bot.privacy import contacts, keeping
from bot.privacy.covering import cover
from bot.store.channel_tables import attachment
from bot.store.tables import conversation, inbox, message
from procedures.typed.fold import tidy
from procedures.validity import utc

log = structlog.get_logger()

#: Longest text that is read, in characters. A channel that can refuses a longer one at once; of any other the beginning
#: is kept, one character more than is read, and the turn asks for a shorter one.
LONGEST = 4000
#: Seconds after which a claimed message is given to somebody else: the process that had it has died.
LEASE = 30.0
#: Seconds between two looks for claims that have run out, while there is other work.
FREE_EVERY = 1.0

#: What a message is until it is answered.
_OPEN = ("new", "claimed")

# Made once, as in bot.post.outbox.
_HEARD = update(conversation).where(conversation.c.id == bindparam("of"))
_CLAIM = (
    update(inbox)
    .where(inbox.c.id == bindparam("of"), inbox.c.status == "new", inbox.c.text == bindparam("seen"))
    .values(status="claimed", attempts=inbox.c.attempts + 1)
)


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
    #: As it was sent: what the database has MASK for is in it. Nothing of that may be stored: see `covered`.
    text: str
    payload: str
    kind: Kind
    received_at: datetime
    state: State
    memory: str | None
    #: Which try this is, from 1. Part of the claim: an older try can no longer commit.
    attempt: int
    #: What of the text is kept sealed.
    secrets: tuple[str, ...] = ()

    def covered(self) -> Claimed:
        """The same as it may be stored."""
        return replace(self, text=cover(self.text, self.secrets), payload=cover(self.payload, self.secrets))


class Inbox:
    """Messages that came."""

    def __init__(self, engine: Engine, wake: Wake, abilities: Mapping[str, Abilities] | None = None) -> None:
        """`abilities` by channel: they tell where a typed number means a button."""
        self._engine = engine
        # Looking must not wait for those who write.
        self._reading = engine.execution_options(motcua_read=True)
        self._wake = wake
        self._abilities = abilities or {}
        #: When claims that have run out were last looked for, by a clock that nobody sets.
        self._freed = float("-inf")

    def receive(self, inbound: Inbound) -> Receipt:
        """Stores a message with its line of the transcript. The same message again changes nothing.

        Raises PostFailed.
        """
        # Most messages are new: that is asked only where the database says that one is not.
        receipt = self._receive_once(inbound, True) or self._receive_once(inbound) or self._receive_once(inbound)
        if receipt is None:
            raise PostFailed("A message could not be stored")
        if receipt.new:
            # By the number the lines of the turn, in another process, are found again; by the request those of a page.
            log.info("message_in", inbox=receipt.inbox_id, channel=inbound.channel)
            self._wake.notify(INBOX)
        if receipt.new and inbound.attachments:
            self._wake.notify(MEDIA)
        return receipt

    def _receive_once(self, inbound: Inbound, new: bool = False) -> Receipt | None:
        """None if somebody opened the same conversation at the same moment, or the message had been stored before.

        Each can happen once, so the third try finds both. `new`: it is taken for new.
        """
        try:
            with self._engine.begin() as connection:
                seen = (None if new else _seen(connection, inbound)) or _corrected(connection, inbound)
                return seen or _store(connection, inbound, self._abilities)
        except IntegrityError:
            return None

    def claim(self) -> Claimed | None:
        """The next message of a conversation that has none in progress; None if there is no such message.

        Whose turn it is: the fairest moment first, see bot.post.fair.
        """
        if time.monotonic() - self._freed >= FREE_EVERY:
            self._free_expired()
        return self._claim() or (self._claim() if self._free_expired() else None)

    def _claim(self) -> Claimed | None:
        claimed, beaten = self._claim_once()
        # A second look where another worker was faster: what it left would lie until the next hint.
        return self._claim_once()[0] if beaten else claimed

    def _free_expired(self) -> bool:
        """Gives away what a process had that has died; whether there was any."""
        self._freed = time.monotonic()
        with self._reading.connect() as connection:
            dead = connection.execute(select(inbox.c.id).where(_expired()).limit(1)).first()
        if dead is None:
            return False
        with self._engine.begin() as connection:
            connection.execute(update(inbox).where(_expired()).values(status="new", claimed_at=None))
        return True

    def _claim_once(self) -> tuple[Claimed | None, bool]:
        """A message, if there is one; and whether another worker took what was found."""
        locks = self._engine.dialect.name != "sqlite"
        # SQLite lets one write at a time, so that whoever looks should not be the one.
        with contextlib.nullcontext() if locks else self._reading.connect() as looking:
            seen = looking.execute(next_in_line()).first() if looking else None
        if seen is None and not locks:
            return None, False
        try:
            with self._engine.begin() as connection:
                row = connection.execute(next_in_line()).first() if locks else seen
                if row is None or not _mark_claimed(connection, row):
                    return None, row is not None
                # Once it is ours no correction can change what is sealed.
                told = keeping.whole(connection, row.id, row.text)
                secrets = tuple(said for _, said in told.data)
                read = {"text": told.text, "secrets": secrets, "state": State(row.state), "kind": Kind(row.kind)}
                return Claimed(**{**row._mapping, **read}), False
        except IntegrityError:
            # Another worker took a message of this conversation between our look and our claim.
            return None, True

    def waits(self, inbox_id: int) -> bool:
        """Whether a message is still to be answered."""
        with self._reading.connect() as connection:
            return connection.execute(select(inbox.c.status).where(inbox.c.id == inbox_id)).scalar() in _OPEN

    def waiting(self) -> int:
        """How many messages are not answered yet."""
        with self._engine.connect() as connection:
            open_ones = select(func.count()).where(inbox.c.status.in_(_OPEN))
            return int(connection.execute(open_ones).scalar() or 0)


def open_conversation(connection: Connection, channel: str, address: str) -> int:
    """The conversation of this address, made if it is the first time. Returns its id."""
    return _opened(connection, channel, address)[0]


def _opened(connection: Connection, channel: str, address: str) -> tuple[int, datetime | None]:
    """The same, and when the turn of the last of its messages that wait comes."""
    whose = {"of_channel": channel, "of_address": address}
    found = connection.execute(_conversation(), whose).first()
    if found is not None:
        return found.id, found.last
    made = connection.execute(insert(conversation).values(channel=channel, address=address, created_at=now()))
    return int(made.inserted_primary_key[0]), None


@lru_cache(maxsize=1)
def _conversation() -> Any:
    waits = and_(inbox.c.conversation_id == conversation.c.id, inbox.c.status == "new")
    last = select(func.max(inbox.c.fair_at)).where(waits).scalar_subquery().label("last")
    mine = and_(conversation.c.channel == bindparam("of_channel"), conversation.c.address == bindparam("of_address"))
    # Whoever is being forgotten at this moment begins anew: bot.privacy.erasing.
    return select(conversation.c.id, last).where(mine).with_for_update(of=conversation)


def _seen(connection: Connection, inbound: Inbound) -> Receipt | None:
    same = and_(inbox.c.channel == inbound.channel, inbox.c.channel_message_id == inbound.channel_message_id)
    row = connection.execute(select(inbox.c.id, inbox.c.conversation_id).where(same)).first()
    return Receipt(row.conversation_id, row.id, new=False) if row else None


def _corrected(connection: Connection, inbound: Inbound) -> Receipt | None:
    """A correction of typed words that nobody has begun to answer takes their place; one that changes none is nothing.

    None for any other: it is answered like a new message.
    """
    if not inbound.edits:
        return None
    parted = _parted(inbound.text)
    columns = (inbox.c.id, inbox.c.conversation_id, inbox.c.text)
    whose = and_(conversation.c.channel == inbound.channel, conversation.c.address == inbound.address)
    typed = and_(inbox.c.channel_message_id == inbound.edits, inbox.c.payload == "")
    told = select(*columns).join(conversation, conversation.c.id == inbox.c.conversation_id).where(whose, typed)
    row = connection.execute(told).first()
    if row is None:
        return None
    untouched = and_(inbox.c.id == row.id, inbox.c.status == "new")
    if (row.text, keeping.whole(connection, row.id, row.text).data) != (parted.text, parted.data):
        if not connection.execute(update(inbox).where(untouched).values(text=parted.text)).rowcount:
            return None
        keeping.keep_anew(connection, row.conversation_id, row.id, parted)
    where = (message.c.conversation_id == row.conversation_id, message.c.inbox_id == row.id)
    line = and_(*where, message.c.author == Author.CITIZEN.value)
    connection.execute(update(message).where(line).values(text=parted.text))
    return Receipt(row.conversation_id, row.id, new=False)


def _store(connection: Connection, inbound: Inbound, abilities: Mapping[str, Abilities]) -> Receipt:
    moment = now()
    conversation_id, last = _opened(connection, inbound.channel, inbound.address)
    _heard(connection, conversation_id, inbound, moment)
    told = pressing.resolve(connection, conversation_id, inbound, abilities)
    parted = _parted(told.text)
    row = {
        "conversation_id": conversation_id,
        "channel": inbound.channel,
        "channel_message_id": inbound.channel_message_id,
        "text": parted.text,
        # A button of ours holds no such thing; what a page makes up is not worth keeping.
        "payload": keeping.payload(tidy(told.payload)),
        "kind": inbound.kind.value,
        "point": json.dumps([round(degrees, 6) for degrees in inbound.point]) if inbound.point else None,
        # Behind those that wait, though the clock has been set back since they came.
        "sent_at": inbound.sent_at or max(moment, utc(last or moment)),
        "received_at": moment,
        "fair_at": turn_of(last, moment),
    }
    inbox_id = int(connection.execute(insert(inbox), row).inserted_primary_key[0])
    line = {"conversation_id": conversation_id, "author": Author.CITIZEN.value, "text": row["text"]}
    connection.execute(insert(message), {**line, "inbox_id": inbox_id, "created_at": moment})
    keeping.keep(connection, conversation_id, inbox_id, parted)
    _attach(connection, conversation_id, inbox_id, inbound, moment)
    return Receipt(conversation_id, inbox_id, new=True)


def _heard(connection: Connection, conversation_id: int, inbound: Inbound, moment: datetime) -> None:
    """Whoever writes can be reached again; the free replies of a channel's window begin anew."""
    values: dict[str, Any] = {"heard_at": moment, "left_at": None, "replies_left": None}
    if inbound.contact is not None:
        values |= contacts.sealed(tidy(inbound.contact.name), tidy(inbound.contact.phone))
    connection.execute(_HEARD, {"of": conversation_id, **values})


def _attach(connection: Connection, conversation_id: int, inbox_id: int, inbound: Inbound, moment: datetime) -> None:
    shared = {"conversation_id": conversation_id, "inbox_id": inbox_id, "channel": inbound.channel}
    for came in inbound.attachments:
        what = {"kind": came.kind.value, "ref": tidy(came.ref), "name": _parted(came.name).text[:160]}
        connection.execute(insert(attachment).values(**shared, **what, try_at=moment, created_at=moment))


def _parted(text: str) -> keeping.Parted:
    return keeping.part(keeping.plain(tidy(text)), LONGEST + 1)


def _expired() -> Any:
    # One that was claimed in the future was claimed before the clock was set back.
    old = or_(inbox.c.claimed_at < ago(LEASE), inbox.c.claimed_at > ago(-LEASE))
    return and_(inbox.c.status == "claimed", old)


def _mark_claimed(connection: Connection, row: Any) -> bool:
    """False where another worker was faster, or a correction came between our look and our claim."""
    return bool(connection.execute(_CLAIM, {"of": row.id, "seen": row.text, "claimed_at": now()}).rowcount == 1)
