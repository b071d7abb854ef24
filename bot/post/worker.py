"""The worker: a thread that loads the engine and answers what the inbox holds."""

from __future__ import annotations

import threading
from typing import Protocol

import structlog

from bot.conversation.answer import Readiness, Responder
from bot.errors import EngineFailed
from bot.post.inbox import Claimed, Inbox
from bot.post.wake import INBOX, Wake

log = structlog.get_logger()

#: Seconds between two looks at the inbox without a hint.
LOOK_EVERY = 1.0
#: Seconds before the next try after the database itself failed.
REST = 2.0


class Loadable(Responder, Protocol):
    """A responder that needs loading in the thread that uses it."""

    readiness: Readiness

    def load(self) -> None:
        """Gets ready. Raises EngineFailed."""


class TakesTurns(Protocol):
    """bot.turn.Turns, or a double."""

    def take(self, claimed: Claimed) -> bool:
        """Answers one claimed message."""


class Worker:
    """Answers until stopped."""

    def __init__(self, inbox: Inbox, turns: TakesTurns, responder: Loadable, wake: Wake) -> None:
        self._inbox, self._turns, self._responder, self._wake = inbox, turns, responder, wake
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        """Starts the thread; returns at once."""
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """Lets the message in hand finish. Waits at most so many seconds."""
        self._stopping.set()
        self._wake.notify(INBOX)
        self._thread.join(timeout)

    @property
    def alive(self) -> bool:
        """Whether it still answers, or will."""
        return self._thread.is_alive()

    def drain(self) -> int:
        """Answers everything that waits now. Returns how many messages."""
        done = 0
        while not self._stopping.is_set() and (claimed := self._inbox.claim()):
            self._turns.take(claimed)
            done += 1
        return done

    def _run(self) -> None:
        try:
            self._responder.load()
        except EngineFailed as error:
            # Messages stay in the inbox; they are answered when somebody has mended it.
            log.error("engine_failed", error=repr(error.__cause__ or error))
            return
        log.info("engine_ready")
        with self._wake.thread_event(INBOX) as event:
            while not self._stopping.is_set():
                event.clear()
                self._drain_safely()
                event.wait(LOOK_EVERY)

    def _drain_safely(self) -> None:
        try:
            self.drain()
        except Exception as error:
            log.error("worker_failed", error=type(error).__name__)
            self._stopping.wait(REST)
