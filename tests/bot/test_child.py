"""A child process: started again when it dies, gone when we are."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.commands import child
from bot.commands.child import Child

#: Notes its process, and lives until its standard input ends.
OBEDIENT = "import os, sys; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); os.read(0, 1)"
STUBBORN = OBEDIENT + "; import time; time.sleep(60)"


def until(true: Callable[[], object], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def started(path: Path) -> list[int]:
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_given_a_child_that_is_killed_when_seen_then_another_is_started_and_both_end_with_us(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "_REST", 0.01)
    noted = tmp_path / "pids"
    with Child([sys.executable, "-c", OBEDIENT, str(noted)]):
        until(lambda: len(started(noted)) == 1)
        os.kill(started(noted)[0], signal.SIGKILL)
        until(lambda: len(started(noted)) == 2)
    assert not any(lives(pid) for pid in started(noted))


def test_given_a_child_that_does_not_end_when_we_do_then_it_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "_GRACE", 0.2)
    noted = tmp_path / "pids"
    with Child([sys.executable, "-c", STUBBORN, str(noted)]):
        until(lambda: len(started(noted)) == 1)
    assert not lives(started(noted)[0])


def test_given_a_parent_that_is_killed_when_gone_then_its_child_ends_too(tmp_path: Path) -> None:
    noted = tmp_path / "pids"
    parent = (
        "import sys, time\nfrom bot.commands.child import Child\n"
        f"with Child([sys.executable, '-c', {OBEDIENT!r}, {str(noted)!r}]): time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", parent])
    until(lambda: len(started(noted)) == 1)
    process.kill()
    process.wait()
    until(lambda: not lives(started(noted)[0]))
