"""Wake: tells a waiting part that there is work.

Only a hint that saves waiting. Whoever waits also looks at the database by itself now and then, because a hint may be
lost, and none comes from another machine.
"""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

INBOX = "inbox"
MEDIA = "media"
#: A case has come, changed or been answered: what lists of the desk show.
DESK = "desk"
#: Somebody on duty is to be called beyond the browser.
ALERTS = "alerts"
#: An edit of the console waits for its day.
EDITS = "edits"


def outbox(channel: str) -> str:
    """Topic of what is to be sent on a channel."""
    return f"outbox {channel}"


def conversation(conversation_id: int) -> str:
    """Topic of a conversation's transcript."""
    return f"conversation {conversation_id}"


async def rung(event: asyncio.Event, seconds: float) -> bool:
    """Waits for the event, at most so many seconds; False where it has not come.

    Not asyncio.wait_for: Python 3.10's forgets a cancellation that comes together with the event.
    """
    waiting = asyncio.ensure_future(event.wait())
    try:
        await asyncio.wait((waiting,), timeout=seconds)
    finally:
        waiting.cancel()
    return event.is_set()


class Wake:
    """Topics and who waits for them; safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: defaultdict[str, set[Callable[[], object]]] = defaultdict(set)
        #: Tells other processes: bot.post.relay.
        self.relay: Callable[[Sequence[str]], None] | None = None

    def notify(self, *topics: str) -> None:
        """Wakes everyone who waits for one of the topics. Told together they are one hint to other processes."""
        for topic in topics:
            self.notify_here(topic)
        if self.relay is not None:
            self.relay(topics)

    def notify_here(self, topic: str) -> None:
        """Wakes those of this process alone."""
        with self._lock:
            callbacks = tuple(self._waiting.get(topic, ()))
        for callback in callbacks:
            callback()

    @contextmanager
    def thread_event(self, topic: str) -> Iterator[threading.Event]:
        """An event that a thread may wait on."""
        event = threading.Event()
        with self._listening(topic, event.set):
            yield event

    @contextmanager
    def loop_event(self, *topics: str) -> Iterator[asyncio.Event]:
        """An event that a task of the running loop may wait on, whichever of the topics is told."""
        event, loop = asyncio.Event(), asyncio.get_running_loop()

        def ring() -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(event.set)

        with ExitStack() as listening:
            for topic in topics:
                listening.enter_context(self._listening(topic, ring))
            yield event

    @contextmanager
    def _listening(self, topic: str, callback: Callable[[], object]) -> Iterator[None]:
        with self._lock:
            self._waiting[topic].add(callback)
        try:
            yield
        finally:
            self._forget(topic, callback)

    def _forget(self, topic: str, callback: Callable[[], object]) -> None:
        with self._lock:
            self._waiting[topic].discard(callback)
            if not self._waiting[topic]:
                del self._waiting[topic]
