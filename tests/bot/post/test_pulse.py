"""Signs of life of workers, and what pages make of them."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest
from sqlalchemy import insert, select
from sqlalchemy.engine import Engine

from bot.conversation.answer import Readiness
from bot.post import pulse
from bot.post.clock import ago
from bot.post.pulse import Pulse, Workers
from bot.store.tables import worker


def add(database: Engine, name: str, readiness: str, seconds: float = 0) -> None:
    with database.begin() as connection:
        connection.execute(insert(worker).values(name=name, readiness=readiness, seen_at=ago(seconds)))


def told(database: Engine, served_for: float = 0) -> str:
    workers = Workers(database)
    workers._since = time.monotonic() - served_for
    return workers.readiness()


@pytest.mark.parametrize(
    ("living", "wanted"),
    [
        ([("a", "ready"), ("b", "failed")], "ready"),
        ([("a", "starting"), ("b", "failed")], "starting"),
        ([("a", "failed")], "failed"),
    ],
)
def test_given_workers_when_asked_then_the_best_of_them_counts(
    database: Engine, living: list[tuple[str, str]], wanted: str
) -> None:
    for name, readiness in living:
        add(database, name, readiness)
    assert told(database) == wanted


def test_given_no_worker_when_asked_then_one_is_waited_for_and_after_a_minute_no_more(database: Engine) -> None:
    assert (told(database), told(database, served_for=61)) == ("starting", "failed")


def test_given_a_worker_that_is_silent_when_asked_then_it_is_taken_for_dead(database: Engine) -> None:
    add(database, "a", "ready", seconds=16)
    assert told(database, served_for=61) == "failed"


def test_given_a_worker_of_this_machine_that_was_killed_when_asked_then_its_last_word_does_not_count(
    database: Engine,
) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    add(database, f"{pulse.host()}:{gone.pid}", "ready")
    assert told(database, served_for=61) == "failed"
    add(database, f"{pulse.host()}:{os.getpid()}", "ready")
    assert told(database) == "ready"


def test_given_a_pulse_when_the_engine_gets_ready_then_it_is_told_and_at_the_end_it_is_gone(
    database: Engine,
) -> None:
    state = [Readiness.STARTING]
    add(database, "dead", "ready", seconds=100)
    beating = Pulse(database, lambda: state[0])
    beating.start()
    assert told(database) == "starting"
    state[0] = Readiness.READY
    until = time.monotonic() + 3
    while told(database) != "ready" and time.monotonic() < until:
        time.sleep(0.02)
    assert told(database) == "ready"
    beating.stop()
    with database.connect() as connection:
        assert connection.execute(select(worker)).all() == []


def test_given_an_answer_when_asked_again_at_once_then_the_database_is_left_alone(database: Engine) -> None:
    workers = Workers(database)
    assert workers.readiness() == "starting"
    add(database, "a", "ready")
    assert workers.readiness() == "starting"
    workers._known = (time.monotonic() - pulse._KNOWN_FOR, "starting")
    assert workers.readiness() == "ready"
