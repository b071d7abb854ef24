"""Who starts the processes of trainings, and when the clock strikes."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.engine import Engine

from bot.console import lease, trainer, training_clock
from bot.console import training as trainings
from bot.console.lease import Lease
from bot.console.trainer import Trainer
from bot.console.training_clock import DAILY, Clock
from bot.engine import training
from bot.post.clock import ago, now
from bot.store.console_tables import site_setting
from tests.bot.console.training_kit import example, rows
from tests.bot.handover import kit
from tests.bot.models_kit import archive


class Processes:
    """Real processes that take the lease and then do as told."""

    def __init__(self, database: Engine) -> None:
        self.database, self.begun = database, list[int]()
        self.code, self.takes = "input()", True

    def start(self, _: str, id_: int) -> subprocess.Popen[bytes]:
        self.begun.append(id_)
        if self.takes:
            assert Lease.take(self.database, id_) is not None
        command = [sys.executable, "-c", self.code]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)


@pytest.fixture
def processes(database: Engine, monkeypatch: pytest.MonkeyPatch) -> Processes:
    made = Processes(database)
    monkeypatch.setattr(trainer, "start", made.start)
    with database.begin() as connection:
        kit.person(connection, "an", role="admin")
    return made


def ended(one: Trainer) -> None:
    """Waits until the process of a trainer is gone."""
    deadline = time.monotonic() + 20
    while one._process is not None and one._process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)


def test_given_a_process_that_dies_when_looked_again_then_it_is_begun_again_at_once_and_given_up_at_last(
    database: Engine, processes: Processes
) -> None:
    processes.code = "raise SystemExit(9)"
    with database.begin() as connection:
        trainings.begin(connection, 1)
    one = Trainer(database, "")
    for _ in range(6):
        one.look()
        ended(one)
    assert processes.begun == [1] * lease.MOST_LOST
    assert rows(database)[0].status == "failed"


def test_given_a_process_that_cannot_even_begin_when_looked_again_then_it_is_given_up_too(
    database: Engine, processes: Processes
) -> None:
    processes.code, processes.takes = "raise SystemExit(1)", False
    with database.begin() as connection:
        trainings.begin(connection, 1)
    one = Trainer(database, "")
    for _ in range(6):
        one.look()
        ended(one)
    assert len(processes.begun) == lease.MOST_LOST
    assert rows(database)[0].status == "failed"


def test_given_a_training_that_goes_on_when_the_service_stops_then_its_process_ends_and_another_takes_it(
    database: Engine, processes: Processes
) -> None:
    with database.begin() as connection:
        trainings.begin(connection, 1)
    one = Trainer(database, "")
    one.look()
    one.look()
    process = one._process
    assert process is not None and processes.begun == [1]
    one.stop()
    assert process.poll() is not None
    # What the process itself says when its standard input ends.
    with database.begin() as connection:
        lease.let_go(connection, 1, died=False)
    other = Trainer(database, "")
    other.look()
    assert processes.begun == [1, 1]
    other.stop()


#: A Wednesday, 10:00 in Vietnam.
AT = datetime(2026, 12, 2, 3, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("clock", "hours"),
    [(Clock(2, 9), 1), (Clock(2, 10), 0), (Clock(2, 11), 167), (Clock(1, 10), 24), (Clock(DAILY, 11), 23)],
)
def test_given_a_clock_when_asked_then_the_last_moment_that_it_means_is_known(clock: Clock, hours: int) -> None:
    assert AT - training_clock.latest(clock, AT) == timedelta(hours=hours)


def test_given_a_clock_when_it_strikes_then_a_training_begins_once_if_there_is_something_new(
    database: Engine, processes: Processes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "MODELS", tmp_path)
    hour = (now() + timedelta(hours=7)).hour
    with database.begin() as connection:
        training_clock.put(connection, Clock(DAILY, hour), 1)
        connection.execute(update(site_setting).values(changed_at=ago(7200)))
    archive(tmp_path / f"{training.name_of()}.tar.gz")
    idle = Trainer(database, "")
    idle.look()
    assert rows(database) == [], "nothing is new"
    with database.begin() as connection:
        example(connection, 1)
    one = Trainer(database, "")
    for _ in range(3):
        one.look()
    assert [(row.status, row.staff_id) for row in rows(database)] == [("training", None)]
    assert processes.begun == [1]
    one.stop()
