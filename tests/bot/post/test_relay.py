"""Hints between processes: two relays in one process stand for two processes."""

from __future__ import annotations

import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.post import relay
from bot.post.relay import Relay
from bot.post.wake import Wake


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    # Not tmp_path: the address of a socket has room for 107 characters.
    with tempfile.TemporaryDirectory() as path:
        monkeypatch.setattr(relay.tempfile, "gettempdir", lambda: path)
        yield Path(path)


@contextmanager
def running(wake: Wake, url: str = "sqlite:///x.db") -> Iterator[Relay]:
    made = Relay(wake, url)
    made.start()
    yield made
    made.stop()


def rung(event: threading.Event) -> bool:
    return event.wait(2)


def test_given_two_processes_when_one_is_told_then_the_other_wakes_and_tells_nobody_on() -> None:
    here, there = Wake(), Wake()
    with running(here), running(there), here.thread_event("inbox") as mine, there.thread_event("inbox") as theirs:
        here.notify("inbox")
        assert rung(theirs) and mine.is_set()
        mine.clear()
        there.notify_here("inbox")
        assert not mine.wait(0.1)


def test_given_topics_told_together_when_another_process_waits_for_one_then_it_wakes() -> None:
    here, there = Wake(), Wake()
    with running(here), running(there), there.thread_event("desk") as desk, there.thread_event("outbox web") as outbox:
        here.notify("outbox web", "conversation 7", "desk")
        assert rung(outbox) and rung(desk)


def test_given_processes_of_two_databases_when_one_is_told_then_the_other_sleeps_on() -> None:
    here, there = Wake(), Wake()
    with running(here), running(there, "sqlite:///y.db"), there.thread_event("inbox") as theirs:
        here.notify("inbox")
        assert not theirs.wait(0.1)


def test_given_the_socket_of_a_process_that_died_when_somebody_is_told_then_it_is_cleared_away() -> None:
    here, there = Wake(), Wake()
    with running(here) as mine, running(there), there.thread_event("inbox") as theirs:
        dead = mine._folder / "1-dead"
        left_behind = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        left_behind.bind(str(dead))
        left_behind.close()
        here.notify("inbox")
        assert rung(theirs)
        assert not dead.exists()


def test_given_a_process_that_stopped_when_the_other_is_told_then_nothing_is_left_of_it() -> None:
    here, there = Wake(), Wake()
    with running(here) as mine:
        with running(there):
            pass
        here.notify("inbox")
        assert len(list(mine._folder.iterdir())) == 1
    there.notify("inbox")


def test_given_a_process_that_stopped_when_it_was_the_last_then_neither_folder_nor_listener_is_left() -> None:
    with running(Wake()) as mine:
        assert mine._thread.is_alive()
    assert not mine._thread.is_alive() and not mine._folder.exists()


def test_given_a_folder_that_somebody_else_has_put_there_when_made_then_it_is_refused(folder: Path) -> None:
    made = relay._folder("sqlite:///x.db")
    made.rmdir()
    made.symlink_to(folder)
    with pytest.raises(PermissionError):
        Relay(Wake(), "sqlite:///x.db")


def test_given_a_process_that_is_busy_when_told_faster_than_it_listens_then_it_hears_all() -> None:
    here, there, heard = Wake(), Wake(), []

    def slowly() -> None:
        time.sleep(0.002)
        heard.append(1)

    with running(here), running(there), there._listening("inbox", slowly):
        for _ in range(60):
            here.notify("inbox")
        until = time.monotonic() + 5
        while len(heard) < 60 and time.monotonic() < until:
            time.sleep(0.01)
    assert len(heard) == 60


def test_given_a_process_that_is_stopped_when_told_again_and_again_then_others_wait_for_it_once() -> None:
    here = Wake()
    with running(here) as mine, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as stopped:
        stopped.bind(str(mine._folder / "1-stopped"))
        began = time.monotonic()
        for _ in range(200):
            here.notify("inbox")
        assert time.monotonic() - began < 1
        (mine._folder / "1-stopped").unlink()
