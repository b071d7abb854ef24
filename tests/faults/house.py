"""The processes of a service, each started again when it dies, as systemd does."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil

from tests.soak.town import ROOT

#: Seconds before a dead one is started again: RestartSec in deploy/.
_REST = 1.0


class House:
    """Processes by name, such as "web" or "sender 1"; the first word tells what it does."""

    def __init__(self, logs: Path) -> None:
        #: What each is started with.
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("MOTCUA_")}
        self._logs = logs
        self._commands: dict[str, list[str]] = {}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        #: When a dead one is started again.
        self._due: dict[str, float] = {}
        self.restarts = 0

    def open(self, name: str, *more: str) -> None:
        """Starts one, which from then on is there for ever."""
        self._commands[name] = [sys.executable, "-m", "tests.faults.service", name.split()[0], *more]
        self._start(name)

    async def keep(self) -> None:
        """Until cancelled."""
        while True:
            for name, process in self._processes.items():
                if process.poll() is not None and name not in self._due:
                    self._due[name] = time.monotonic() + _REST
            for name in [name for name, at in self._due.items() if time.monotonic() >= at]:
                del self._due[name]
                self.restarts += 1
                self._start(name)
            await asyncio.sleep(0.1)

    def kill(self, name: str) -> str:
        """kill -9; those that it forked are left behind."""
        self._processes[name].kill()
        return f"kill -9 {name}"

    def child(self, name: str) -> int:
        """One of those that it forked."""
        return int(random.choice(psutil.Process(self._processes[name].pid).children()).pid)

    def whole(self) -> bool:
        """All are there, those that are forked too."""
        there = all(process.poll() is None for process in self._processes.values())
        return there and len(_with_children(self.pid("worker 1"))) > 2

    def pid(self, name: str) -> int:
        return self._processes[name].pid

    def pids(self) -> list[int]:
        """All of them, forked ones too."""
        return [pid for process in self._processes.values() for pid in _with_children(process.pid)]

    def close(self) -> None:
        for pid in self.pids():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for process in self._processes.values():
            process.wait()

    def _start(self, name: str) -> None:
        with (self._logs / f"{name.replace(' ', '-')}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                self._commands[name], cwd=ROOT, env=self.environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )


@contextlib.contextmanager
def paused(pid: int) -> Iterator[None]:
    """SIGSTOP, and SIGCONT at the end."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def _with_children(pid: int) -> Sequence[int]:
    try:
        return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
    except psutil.NoSuchProcess:
        return []
