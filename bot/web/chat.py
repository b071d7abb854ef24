"""The chat's services: what a page shows, when it has grown, and taking a message in. Nothing of HTTP."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from sqlalchemy import and_, exists, select
from sqlalchemy.engine import Connection, Engine

from bot.conversation import Author, Button, Inbound
from bot.post.inbox import LONGEST, Inbox, Receipt
from bot.post.outbox import buttons
from bot.post.wake import Wake, rung
from bot.post.wake import conversation as transcript_of
from bot.store.tables import conversation, inbox, message
from procedures.typed.fold import tidy

CHANNEL = "web"
#: Seconds between two looks of an open page without a hint: while something is under way, and otherwise.
LOOK_EVERY_BUSY, LOOK_EVERY = 1.0, 5.0
#: Vietnam has one time and no summer time.
VIETNAM = timezone(timedelta(hours=7))

#: Secure addresses, and checklists of a site that is only tried out.
_LINK = re.compile(r"(https://[^\s<>\"“”«»]+|http://(?:127\.0\.0\.1|localhost):\d+/g/[a-z0-9]+)")
_PAYLOAD = re.compile(r"/[a-z_]+(\{.*\})?")
_LONGEST_PAYLOAD = 500


@dataclass(frozen=True)
class Said:
    """What a browser sent, made clean."""

    text: str
    payload: str
    #: The page's own name for the message: the same again is the same message.
    message_id: str

    @property
    def trouble(self) -> str:
        """Key of the reason why it cannot be taken in; empty if it can."""
        if not self.text:
            return "chat.empty"
        return "chat.too_long" if len(self.text) > LONGEST else ""


@dataclass(frozen=True)
class Line:
    """One line of the transcript."""

    id: int
    author: str
    text: str
    buttons: tuple[Button, ...]
    #: In Vietnam's time.
    at: datetime
    #: Said.message_id of a citizen's line; empty for others.
    sent: str = ""

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        """The text in order, each piece with whether it is a link. A citizen's own links stay text."""
        if self.author == Author.CITIZEN.value:
            return [(self.text, False)]
        return [piece for part in _LINK.split(self.text) if part for piece in _link_and_rest(part)]


@dataclass(frozen=True)
class View:
    """What a page has to show."""

    lines: tuple[Line, ...]
    #: An answer is under way.
    pending: bool
    #: starting, ready or failed.
    readiness: str
    #: Lines before these exist.
    older: bool = False
    conversation_id: int | None = None


def read(text: str, title: str, payload: str, message_id: str) -> Said:
    """A form as a message. A payload that no button of ours has is dropped; what counts is then the title."""
    pressed = len(payload) <= _LONGEST_PAYLOAD and payload.isprintable() and _PAYLOAD.fullmatch(payload)
    words = tidy(title if title and (pressed or not text) else text)
    return Said(words.replace("\r\n", "\n").replace("\r", "\n").strip(), payload if pressed else "", message_id)


class Chat:
    """One conversation per browser session; `address` is the session's id."""

    def __init__(self, database: Engine, inbox: Inbox, wake: Wake, readiness: Callable[[], str]) -> None:
        # Looking must not wait for those who write.
        self._reading = database.execution_options(motcua_read=True)
        self._inbox = inbox
        self._wake = wake
        #: starting, ready or failed.
        self.readiness = readiness

    def receive(self, address: str, said: Said) -> Line:
        """Stores a message once and returns its line. Another text under a used name is a message of its own."""
        receipt = self._inbox.receive(_inbound(address, said))
        if not receipt.new and not self._is(receipt, said):
            receipt = self._inbox.receive(_inbound(address, said, "." + _digest(said)))
        self._wake.notify(_door(address))
        self._wake.notify(transcript_of(receipt.conversation_id))
        with self._reading.connect() as connection:
            mine = and_(message.c.author == Author.CITIZEN.value, inbox.c.id == receipt.inbox_id)
            return _line(connection.execute(_lines().where(mine)).one())

    def view(self, address: str, after: int = 0, newest: int | None = None) -> View:
        """Lines after an id, at most so many of the newest, and what is under way."""
        with self._reading.connect() as connection:
            mine = and_(conversation.c.channel == CHANNEL, conversation.c.address == address)
            id_ = connection.execute(select(conversation.c.id).where(mine)).scalar()
            readiness = self.readiness()
            if id_ is None:
                return View((), False, readiness)
            # What is under way first: an answer that comes between the two is then rather announced than missed.
            pending = _pending(connection, id_)
            lines = _after(connection, id_, after, newest)
        shown = lines if newest is None else lines[-newest:]
        return View(shown, pending, readiness, len(shown) < len(lines), id_)

    async def follow(self, address: str, after: int) -> AsyncIterator[View]:
        """What an open page does not show yet, now and whenever there may be more. Ends when it is closed."""
        topic = _door(address)
        while True:
            with self._wake.loop_event(topic) as event:
                while True:
                    event.clear()
                    view = await asyncio.to_thread(self.view, address, after)
                    after = view.lines[-1].id if view.lines else after
                    yield view
                    if view.conversation_id is not None and topic == _door(address):
                        # The first message has opened the conversation, which has a topic of its own.
                        topic = transcript_of(view.conversation_id)
                        break
                    busy = view.pending or view.readiness == "starting"
                    await rung(event, LOOK_EVERY_BUSY if busy else LOOK_EVERY)

    def _is(self, receipt: Receipt, said: Said) -> bool:
        with self._reading.connect() as connection:
            stored = select(inbox.c.text, inbox.c.payload).where(inbox.c.id == receipt.inbox_id)
            return tuple(connection.execute(stored).one()) == (said.text, said.payload)


def _door(address: str) -> str:
    """Topic of a session that may have no conversation yet."""
    return f"web {address}"


def _inbound(address: str, said: Said, suffix: str = "") -> Inbound:
    return Inbound(CHANNEL, address, f"{address}:{said.message_id}{suffix}", said.text, said.payload)


def _digest(said: Said) -> str:
    return hashlib.sha256(f"{said.text}\0{said.payload}".encode()).hexdigest()[:16]


def _pending(connection: Connection, conversation_id: int) -> bool:
    mine = and_(inbox.c.conversation_id == conversation_id, inbox.c.status.in_(("new", "claimed")))
    return bool(connection.execute(select(exists().where(mine))).scalar())


def _lines() -> Any:
    columns = (message.c.id, message.c.author, message.c.text, message.c.buttons, message.c.created_at)
    return select(*columns, inbox.c.channel_message_id).outerjoin(inbox, inbox.c.id == message.c.inbox_id)


def _after(connection: Connection, conversation_id: int, after: int, newest: int | None) -> tuple[Line, ...]:
    """One more than asked for, so that the caller sees whether there are older ones."""
    mine = and_(message.c.conversation_id == conversation_id, message.c.id > after)
    rows = connection.execute(_lines().where(mine).order_by(message.c.id.desc()).limit(newest and newest + 1)).all()
    return tuple(_line(row) for row in reversed(rows))


def _line(row: Any) -> Line:
    at = row.created_at if row.created_at.tzinfo else row.created_at.replace(tzinfo=timezone.utc)
    citizen = row.author == Author.CITIZEN.value
    sent = row.channel_message_id.partition(":")[2].partition(".")[0] if citizen and row.channel_message_id else ""
    return Line(row.id, row.author, row.text, buttons(row.buttons), at.astimezone(VIETNAM), sent)


def _link_and_rest(part: str) -> list[tuple[str, bool]]:
    """A full stop or a bracket after an address belongs to the sentence."""
    if not _LINK.fullmatch(part):
        return [(part, False)]
    link = part.rstrip(".,;:!?)]}'’…")
    return [(link, True), (part[len(link) :], False)] if link != part else [(link, True)]
