"""Wake: tells a waiting part of this process that there is work.

Only a hint that saves waiting. Whoever waits also looks at the database by itself now and then, because a hint
from another process never comes.
"""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

INBOX = "inbox"
OUTBOX = "outbox"


def conversation(conversation_id: int) -> str:
    """Topic of a conversation's transcript."""
    return f"conversation {conversation_id}"


async def rung(event: asyncio.Event, seconds: float) -> None:
    """Waits for the event, at most so many seconds.

    Not asyncio.wait_for: Python 3.10's forgets a cancellation that comes together with the event.
    """
    waiting = asyncio.ensure_future(event.wait())
    try:
        await asyncio.wait((waiting,), timeout=seconds)
    finally:
        waiting.cancel()


class Wake:
    """Topics and who waits for them; safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: defaultdict[str, set[Callable[[], object]]] = defaultdict(set)

    def notify(self, topic: str) -> None:
        """Wakes everyone who waits for the topic."""
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
    def loop_event(self, topic: str) -> Iterator[asyncio.Event]:
        """An event that a task of the running loop may wait on."""
        event, loop = asyncio.Event(), asyncio.get_running_loop()

        def ring() -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(event.set)

        with self._listening(topic, ring):
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
