"""Processes that are forked from this one and share its memory; each that dies is forked again.

Whoever forks has no thread but its first one and no open connection: a child has neither, and would wait for ever for a
lock that a thread held, or speak into another's connection.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

import structlog

log = structlog.get_logger()

#: Seconds that a child may take to end by itself: longer than a worker lets its message finish.
GRACE = 12.0
#: Seconds before one is forked again after one died: at first, and at most; a life after which all is well again.
_REST, _LONGEST_REST, _WELL = 1.0, 60.0, 60.0
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Crew:
    """So many children at work. Only one thread, the process's only one, may use it."""

    def __init__(self, size: int, work: Callable[[int], object]) -> None:
        """`work` is all that a child does; the file that it is given ends when this process does, however it goes."""
        self._size, self._work = size, work
        self._leash, self._held = os.pipe()
        #: When each was forked; those that are to be replaced; those that were told to end, and when they are killed.
        self._born: dict[int, float] = {}
        self._old: list[int] = []
        self._leaving: dict[int, float] = {}
        self._rest, self._not_before = _REST, 0.0

    @property
    def pids(self) -> tuple[int, ...]:
        """Those that live."""
        return tuple(self._born)

    @property
    def renewing(self) -> bool:
        """Whether some are still to be replaced."""
        return bool(self._old or self._leaving)

    def tick(self) -> None:
        """Buries who has ended, forks who is missing, goes on replacing. To be called several times a second."""
        self._bury()
        self._press()
        if self._old and not self._leaving and time.monotonic() >= self._not_before:
            # The new one first, so that no fewer are at work meanwhile.
            self._fork()
            self._dismiss(self._old.pop(0))
        while len(self._born) - len(self._leaving) < self._size and time.monotonic() >= self._not_before:
            self._fork()

    def renew(self) -> None:
        """Replaces all, one after the other: each lets the message in hand finish, others take the next one."""
        self._old = [pid for pid in self._born if pid not in self._leaving]

    def stop(self) -> None:
        """Tells all to end and waits for them."""
        self._old, self._size = [], 0
        for pid in self.pids:
            self._dismiss(pid)
        while self._born:
            self._bury()
            self._press()
            time.sleep(0.02)
        os.close(self._held)
        os.close(self._leash)

    def call_off(self) -> None:
        """Tells all to end and returns at once; for the handler of a signal, before `stop`."""
        self._old, self._size = [], 0
        for pid in self.pids:
            _tell(pid, signal.SIGTERM)

    def _dismiss(self, pid: int) -> None:
        self._leaving.setdefault(pid, time.monotonic() + GRACE)
        _tell(pid, signal.SIGTERM)

    def _press(self) -> None:
        for pid, until in tuple(self._leaving.items()):
            if time.monotonic() > until:
                # What it had in hand is given to another when the claim runs out.
                _tell(pid, signal.SIGKILL)

    def _bury(self) -> None:
        for pid in self.pids:
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                self._gone(pid, os.waitstatus_to_exitcode(status))

    def _gone(self, pid: int, code: int) -> None:
        lived = time.monotonic() - self._born.pop(pid)
        if pid in self._old:
            self._old.remove(pid)
        if self._leaving.pop(pid, None) is not None or not self._size:
            return
        log.error("worker_died", pid=pid, code=code)
        self._rest = _REST if lived > _WELL else min(self._rest * 2, _LONGEST_REST)
        self._not_before = time.monotonic() + self._rest

    def _fork(self) -> None:
        _be_alone()
        # Who is told to end before it can hear it would not end.
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            pid = os.fork()
            if not pid:
                self._live()
            self._born[pid] = time.monotonic()
        except OSError as error:
            # No memory, or too many processes.
            log.error("worker_not_forked", error=type(error).__name__)
            self._not_before = time.monotonic() + _LONGEST_REST
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)

    def _live(self) -> None:
        """All of a child's life."""
        code = 1
        try:
            os.close(self._held)
            for number in _SIGNALS:
                signal.signal(number, signal.SIG_IGN if number == signal.SIGHUP else signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
            self._work(self._leash)
            code = 0
        except BaseException as error:
            log.error("worker_failed", error=type(error).__name__)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            # Not sys.exit: what was set up to be done at the parent's end is not ours to do.
            os._exit(code)


def _be_alone() -> None:
    """Waits for threads that are just ending. Raises RuntimeError where one stays."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join(GRACE)
    if threading.active_count() > 1:
        raise RuntimeError(f"threads at a fork: {[thread.name for thread in threading.enumerate()]}")


def _tell(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
