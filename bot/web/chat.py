"""The chat's services: what a page shows, when it has grown, and taking a message in. Nothing of HTTP."""

from __future__ import annotations

import asyncio
import math
import re
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.engine import Connection, Engine

from bot import banners
from bot.conversation import Author, Button, Inbound
from bot.post.clock import now
from bot.post.inbox import LONGEST, Inbox, Receipt
from bot.post.outbox import buttons
from bot.post.wake import Wake, rung
from bot.post.wake import conversation as transcript_of
from bot.privacy import keeping
from bot.privacy.vault import cipher
from bot.store.desk_tables import staff, staff_file
from bot.store.tables import conversation, inbox, message
from procedures.typed.fold import tidy
from procedures.validity import utc

CHANNEL = "web"
#: Seconds between two looks of an open page without a hint: while something is under way, and otherwise.
LOOK_EVERY_BUSY, LOOK_EVERY = 1.0, 5.0
#: Vietnam has one time and no summer time.
VIETNAM = timezone(timedelta(hours=7))
#: A page that opens looks for corrections as far back as this.
_CORRECTED_WITHIN = timedelta(minutes=10)

#: Secure addresses, and checklists, files and transcripts of a site that is only tried out.
_LINK = re.compile(r"(https://[^\s<>\"“”«»]+|http://(?:127\.0\.0\.1|localhost):\d+/[fgt]/[A-Za-z0-9_.-]+)")
#: Reply.encloses: what is shown with a line, a file of staff's or a reading of it.
_FILES = ("file ", "voice ")
_PAYLOAD = re.compile(r"/[a-z_]+(\{.*\})?")
LONGEST_PAYLOAD = 500


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
class File:
    """A file of staff's that goes with a line."""

    #: Its address within the site.
    href: str
    name: str
    mime: str
    #: Bytes.
    size: int

    @property
    def told(self) -> str:
        """Its size as people read it here: 340 KB, 1,2 MB."""
        return f"{self.size / 1e6:.1f} MB".replace(".", ",") if self.size >= 1e6 else f"{max(self.size // 1000, 1)} KB"


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
    #: "vi", "en" or "zh".
    language: str = "vi"
    #: Of a member of the staff, who said it.
    name: str = ""
    file: File | None = None
    edited: bool = False
    #: Taken back: the text is empty.
    recalled: bool = False

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
    #: Lines before the new ones that were corrected or taken back a while ago, and when that was last done.
    corrected: tuple[Line, ...] = ()
    corrected_at: datetime | None = None


def read(text: str, title: str, payload: str, message_id: str) -> Said:
    """A form as a message. A payload that no button of ours has is dropped; what counts is then the title."""
    pressed = len(payload) <= LONGEST_PAYLOAD and payload.isprintable() and _PAYLOAD.fullmatch(payload)
    words = tidy(title if title and (pressed or not text) else text)
    return Said(words.replace("\r\n", "\n").replace("\r", "\n").strip(), payload if pressed else "", message_id)


class Chat:
    """The conversations of one channel; on "web" `address` is the id of a browser's session."""

    def __init__(
        self, database: Engine, inbox: Inbox, wake: Wake, readiness: Callable[[], str], channel: str = CHANNEL
    ) -> None:
        self._parts = (database, inbox, wake, readiness)
        # Looking must not wait for those who write.
        self._reading = database.execution_options(motcua_read=True)
        self._inbox = inbox
        self._wake = wake
        self._channel = channel
        #: starting, ready or failed.
        self.readiness = readiness

    def on(self, channel: str) -> Chat:
        """The same for another channel."""
        return Chat(*self._parts, channel)

    def receive(self, address: str, said: Said) -> Line:
        """Stores a message once and returns its line. Another text under a used name is a message of its own."""
        stored = self.store(address, said) or self.store(address, said, "." + _digest(said))
        assert stored is not None  # noqa: S101  # the second name is made of the text
        return stored[0]

    def store(self, address: str, said: Said, suffix: str = "") -> tuple[Line, bool] | None:
        """The line of a message, and whether it came for the first time; None if another text has its name.

        Raises PostFailed.
        """
        name = f"{address}:{said.message_id}{suffix}"
        receipt = self._inbox.receive(Inbound(self._channel, address, name, said.text, said.payload))
        if not receipt.new and not self._is(receipt, said):
            return None
        self._wake.notify(self._door(address))
        self._wake.notify(transcript_of(receipt.conversation_id))
        with self._reading.connect() as connection:
            mine = and_(message.c.author == Author.CITIZEN.value, message.c.inbox_id == receipt.inbox_id)
            # By the conversation it is found at once, among the lines of everybody never.
            mine = and_(message.c.conversation_id == receipt.conversation_id, mine)
            return _read(connection, _lines().where(mine))[0], receipt.new

    def view(
        self, address: str, after: int = 0, newest: int | None = None, corrected_since: datetime | None = None
    ) -> View:
        """Lines after an id, at most so many of the newest, what was corrected since then, and what is under way."""
        with self._reading.connect() as connection:
            mine = and_(conversation.c.channel == self._channel, conversation.c.address == address)
            id_ = connection.execute(select(conversation.c.id).where(mine)).scalar()
            readiness = self.readiness()
            if id_ is None:
                return View((), False, readiness)
            # What is under way first: an answer that comes between the two is then rather announced than missed.
            pending = _pending(connection, id_)
            lines = _after(connection, id_, after, newest)
            corrected = _corrected(connection, id_, after, corrected_since) if corrected_since else ((), None)
        shown = lines if newest is None else lines[-newest:]
        return View(shown, pending, readiness, len(shown) < len(lines), id_, *corrected)

    async def follow(self, address: str, after: int, seconds: float = math.inf) -> AsyncIterator[View]:
        """What an open page does not show yet, now and whenever there may be more.

        Ends when it is closed, or after so many seconds with a last look.
        """
        topic, end = self._door(address), time.monotonic() + seconds
        # What was corrected while a page was opened or its connection lost is told once more, which does no harm.
        since = now() - _CORRECTED_WITHIN
        while True:
            with self._wake.loop_event(topic) as event:
                while True:
                    event.clear()
                    view = await asyncio.to_thread(self.view, address, after, None, since)
                    after = view.lines[-1].id if view.lines else after
                    since = view.corrected_at or since
                    yield view
                    if view.conversation_id is not None and topic == self._door(address):
                        # The first message has opened the conversation, which has a topic of its own.
                        topic = transcript_of(view.conversation_id)
                        break
                    busy = view.pending or view.readiness == "starting"
                    if (left := end - time.monotonic()) <= 0:
                        return
                    await rung(event, min(LOOK_EVERY_BUSY if busy else LOOK_EVERY, left))

    def first(self, conversation_id: int | None) -> banners.First:
        """What its page shows before anything is said."""
        with self._reading.connect() as connection:
            return banners.first(connection, conversation_id)

    def _door(self, address: str) -> str:
        """Topic of an address that may have no conversation yet."""
        return f"{self._channel} {address}"

    def _is(self, receipt: Receipt, said: Said) -> bool:
        with self._reading.connect() as connection:
            stored = select(inbox.c.text, inbox.c.payload).where(inbox.c.id == receipt.inbox_id)
            row = connection.execute(stored).one()
            was = keeping.whole(connection, receipt.inbox_id, row.text).text
            return (was, row.payload) == (keeping.plain(said.text), keeping.payload(said.payload))


def _digest(said: Said) -> str:
    return cipher().mark(f"{said.text}\0{said.payload}")


def _pending(connection: Connection, conversation_id: int) -> bool:
    mine = and_(inbox.c.conversation_id == conversation_id, inbox.c.status.in_(("new", "claimed")))
    return bool(connection.execute(select(exists().where(mine))).scalar())


def _lines() -> Any:
    said = (message.c.id, message.c.author, message.c.text, message.c.buttons, message.c.language)
    later = (message.c.encloses, message.c.created_at, message.c.edited_at, message.c.recalled_at)
    whole = select(*said, *later, inbox.c.channel_message_id, staff.c.name)
    whole = whole.select_from(message).outerjoin(inbox, inbox.c.id == message.c.inbox_id)
    return whole.outerjoin(staff, staff.c.id == message.c.staff_id)


def _after(connection: Connection, conversation_id: int, after: int, newest: int | None) -> tuple[Line, ...]:
    """One more than asked for, so that the caller sees whether there are older ones."""
    mine = and_(message.c.conversation_id == conversation_id, message.c.id > after)
    wanted = _lines().where(mine).order_by(message.c.id.desc()).limit(newest and newest + 1)
    return _read(connection, wanted)[::-1]


def _corrected(
    connection: Connection, conversation_id: int, upto: int, since: datetime
) -> tuple[tuple[Line, ...], datetime | None]:
    """Lines up to an id that were corrected or taken back since then, and the latest moment of it."""
    changed = or_(message.c.edited_at > since, message.c.recalled_at > since)
    mine = and_(message.c.conversation_id == conversation_id, message.c.id <= upto, changed)
    moments = select(func.max(message.c.edited_at), func.max(message.c.recalled_at)).where(mine)
    latest = [utc(moment) for moment in connection.execute(moments).one() if moment is not None]
    if not latest:
        return (), None
    return _read(connection, _lines().where(mine).order_by(message.c.id)), max(latest)


def _read(connection: Connection, wanted: Any) -> tuple[Line, ...]:
    rows = connection.execute(wanted).all()
    ids = [int(row.encloses.split()[1]) for row in rows if row.encloses.startswith(_FILES)]
    found = connection.execute(select(staff_file).where(staff_file.c.id.in_(ids))).all() if ids else []
    served = {one.id: File(f"/f/{one.token}", one.name, one.mime, one.size) for one in found}
    files = {f"{kind}{id_}": file for id_, file in served.items() for kind in _FILES}
    return tuple(_taken_back(row) if row.recalled_at else _line(row, files.get(row.encloses)) for row in rows)


def _taken_back(row: Any) -> Line:
    name, at = row.name or "", utc(row.created_at).astimezone(VIETNAM)
    return Line(row.id, row.author, "", (), at, "", row.language, name, recalled=True)


def _line(row: Any, file: File | None) -> Line:
    at = utc(row.created_at)
    citizen = row.author == Author.CITIZEN.value
    sent = row.channel_message_id.rpartition(":")[2].partition(".")[0] if citizen and row.channel_message_id else ""
    said = (row.id, row.author, row.text, buttons(row.buttons), at.astimezone(VIETNAM), sent, row.language)
    return Line(*said, row.name or "", file, row.edited_at is not None)


def _link_and_rest(part: str) -> list[tuple[str, bool]]:
    """A full stop or a bracket after an address belongs to the sentence."""
    if not _LINK.fullmatch(part):
        return [(part, False)]
    link = part.rstrip(".,;:!?)]}'’…")
    return [(link, True), (part[len(link) :], False)] if link != part else [(link, True)]
