"""Processes that are forked from one: replaced when they die, anew one after another, gone when their parent is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.commands import crew
from tests.bot.test_child import lives, started, until

#: Two children that note themselves and live until the leash ends, or until they are told to end after some work.
PARENT = """
import os, signal, sys, time
from bot.commands import crew

def work(leash):
    stopping = []
    signal.signal(signal.SIGTERM, lambda *_: stopping.append(1))
    with open(sys.argv[1], "a") as noted:
        noted.write(f"{os.getpid()}\\n")
    os.set_blocking(leash, False)
    while not stopping:
        try:
            if not os.read(leash, 1):
                return
        except BlockingIOError:
            time.sleep(0.02)
    time.sleep(0.1)

crew._REST = 0.01
stopping, team = [], crew.Crew(2, work)
def stop(*_):
    stopping.append(1)
    team.call_off()
signal.signal(signal.SIGTERM, stop)
signal.signal(signal.SIGHUP, lambda *_: team.renew())
while not stopping:
    team.tick()
    time.sleep(0.01)
team.stop()
"""


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    noted = tmp_path / "pids"
    process = subprocess.Popen([sys.executable, "-c", PARENT, str(noted)], stderr=subprocess.DEVNULL)
    until(lambda: len(started(noted)) == 2)
    yield process
    process.kill()
    process.wait()


def living(path: Path) -> set[int]:
    return {pid for pid in started(path) if lives(pid)}


def test_given_a_child_that_is_killed_when_seen_then_another_is_forked_and_all_end_with_their_parent(
    tmp_path: Path, parent: subprocess.Popen[bytes]
) -> None:
    noted = tmp_path / "pids"
    os.kill(started(noted)[0], signal.SIGKILL)
    until(lambda: len(started(noted)) == 3)
    parent.terminate()
    assert parent.wait(10) == 0
    assert not living(noted)


def test_given_a_crew_when_renewed_then_all_are_replaced_and_never_fewer_are_at_work(
    tmp_path: Path, parent: subprocess.Popen[bytes]
) -> None:
    noted = tmp_path / "pids"
    old = set(started(noted))
    parent.send_signal(signal.SIGHUP)
    end = time.monotonic() + 10
    while old & living(noted):
        # One that has ended is a zombie for a moment, and counts as alive: never fewer than two.
        assert len(living(noted)) >= 2 and time.monotonic() < end
        time.sleep(0.005)
    assert len(living(noted)) == 2 and len(started(noted)) == 4


def test_given_a_parent_that_is_killed_when_gone_then_its_children_end(
    tmp_path: Path, parent: subprocess.Popen[bytes]
) -> None:
    parent.kill()
    parent.wait()
    until(lambda: not living(tmp_path / "pids"))


def test_given_another_thread_when_forking_then_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "GRACE", 0.01)
    done = threading.Event()
    threading.Thread(target=done.wait, daemon=True).start()
    with pytest.raises(RuntimeError, match="threads at a fork"):
        crew.Crew(1, lambda _: None).tick()
    done.set()
