"""The chat's services: what a page shows, when it has grown, and taking a message in. Nothing of HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import math
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot import banners
from bot.conversation import Inbound
from bot.post.clock import now
from bot.post.inbox import LONGEST, Inbox, Receipt
from bot.post.wake import Wake, rung
from bot.post.wake import conversation as transcript_of
from bot.privacy import keeping
from bot.privacy.vault import cipher
from bot.store.tables import inbox
from bot.web import lines
from bot.web.lines import Line
from procedures.typed.fold import tidy

CHANNEL = "web"
#: Seconds between two looks of an open page without a hint: while something is under way, and otherwise.
LOOK_EVERY_BUSY, LOOK_EVERY = 2.0, 5.0
#: Seconds that a page waits for the answer once its own line is on it: most come within, and are looked for once.
_MOMENT = 0.5
#: A page that opens looks for corrections as far back as this.
_CORRECTED_WITHIN = timedelta(minutes=10)
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
        #: Addresses with an open page, and when each wrote last; by a clock that nobody sets.
        self._wrote: dict[str, float] = {}
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
        if address in self._wrote:
            self._wrote[address] = time.monotonic()
        self._wake.notify(self._door(address), transcript_of(receipt.conversation_id))
        with self._reading.connect() as connection:
            return lines.of_message(connection, receipt.conversation_id, receipt.inbox_id), receipt.new

    def view(
        self, address: str, after: int = 0, newest: int | None = None, corrected_since: datetime | None = None
    ) -> View:
        """Lines after an id, at most so many of the newest, what was corrected since then, and what is under way."""
        readiness = self.readiness()
        with self._reading.connect() as connection:
            seen = lines.glance(connection, self._channel, address, after, corrected_since)
            if seen is None:
                return View((), False, readiness)
            mine = seen.conversation_id
            found = lines.later(connection, mine, after, newest) if seen.newest > after else ()
            since = corrected_since if seen.corrected_at else None
            corrected = lines.corrected(connection, mine, after, since) if since else ()
        shown = found if newest is None else found[-newest:]
        return View(shown, seen.pending, readiness, len(shown) < len(found), mine, corrected, seen.corrected_at)

    async def follow(self, address: str, after: int, seconds: float = math.inf) -> AsyncIterator[View]:
        """What an open page does not show yet, now and whenever there may be more.

        Ends when it is closed, or after so many seconds with a last look.
        """
        topic, end = self._door(address), time.monotonic() + seconds
        # What was corrected while a page was opened or its connection lost is told once more, which does no harm.
        since = now() - _CORRECTED_WITHIN
        while True:
            with self._opened(address), self._wake.loop_event(topic) as event:
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
                    if self._wrote_just_now(address):
                        event.clear()
                        await rung(event, _MOMENT)

    @contextlib.contextmanager
    def _opened(self, address: str) -> Iterator[None]:
        self._wrote[address] = -math.inf
        try:
            yield
        finally:
            self._wrote.pop(address, None)

    def _wrote_just_now(self, address: str) -> bool:
        """Asked once after each message."""
        if time.monotonic() - self._wrote.get(address, -math.inf) > _MOMENT:
            return False
        self._wrote[address] = -math.inf
        return True

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
