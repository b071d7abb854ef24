"""What only one process does: one at a time, and the next one soon after it died."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.engine import Engine

from bot.post import alone
from bot.post.alone import EVERY, LEASE, Alone
from bot.post.clock import now
from bot.post.pulse import host
from bot.store.lease_tables import lease


def move(database: Engine, **values: Any) -> None:
    with database.begin() as connection:
        connection.execute(update(lease).values(**values))


def test_given_two_when_both_would_then_one_does_and_when_it_lets_go_the_other(database: Engine) -> None:
    one, other = Alone(database, "poll"), Alone(database, "poll")
    assert (one.take(), other.take(), one.take()) == (True, False, True)
    assert Alone(database, "train").take()
    other.let_go()
    assert not other.take()
    one.let_go()
    assert other.take()


@pytest.mark.parametrize(("seconds", "free"), [(-1, True), (LEASE - 1, False), (3600, True)])
def test_given_a_holder_elsewhere_that_is_silent_when_its_time_is_over_or_cannot_be_then_it_is_replaced(
    database: Engine, seconds: float, free: bool
) -> None:
    one, other = Alone(database, "poll"), Alone(database, "poll")
    one.take()
    move(database, holder="x@elsewhere:1", until_at=now() + timedelta(seconds=seconds))
    assert other.take() is free
    assert one.take() is False


def test_given_a_holder_that_died_anywhere_when_the_next_one_looks_then_it_waited_half_a_minute_at_most() -> None:
    assert LEASE + EVERY <= 30


def test_given_a_holder_of_this_machine_that_was_killed_when_looked_then_nobody_waits(database: Engine) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    Alone(database, "poll").take()
    move(database, holder=f"x@{host()}:{gone.pid}")
    assert Alone(database, "poll").take()
    move(database, holder=f"x@{host()}:{os.getpid()}")
    assert not Alone(database, "poll").take()


class Work:
    """Notes who is at it."""

    def __init__(self) -> None:
        self.at: set[str] = set()
        self.begun: list[str] = []

    def of(self, name: str, fails: bool = False) -> Callable[[], Coroutine[Any, Any, None]]:
        async def work() -> None:
            self.at.add(name)
            self.begun.append(name)
            try:
                if fails:
                    raise ValueError
                await asyncio.Event().wait()
            finally:
                self.at.discard(name)

        return work


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alone, "EVERY", 0.02)


async def until(true: Callable[[], object]) -> None:
    for _ in range(500):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come to that")


@pytest.mark.usefixtures("quick")
def test_given_two_at_work_when_the_first_ends_or_loses_its_lease_then_the_other_goes_on_and_never_both(
    database: Engine,
) -> None:
    async def run() -> None:
        work = Work()
        first = asyncio.create_task(Alone(database, "poll").run(work.of("first")))
        await until(lambda: work.at == {"first"})
        second = asyncio.create_task(Alone(database, "poll").run(work.of("second")))
        await asyncio.sleep(0.1)
        assert work.at == {"first"}
        first.cancel()
        await until(lambda: work.at == {"second"})
        await asyncio.to_thread(move, database, holder="x@elsewhere:1")
        await until(lambda: not work.at)
        second.cancel()
        await asyncio.gather(first, second, return_exceptions=True)
        assert work.begun == ["first", "second"]

    asyncio.run(run())


@pytest.mark.usefixtures("quick")
def test_given_work_that_raises_when_run_then_it_is_begun_again(database: Engine) -> None:
    async def run() -> None:
        work = Work()
        task = asyncio.create_task(Alone(database, "poll").run(work.of("a", fails=True)))
        await until(lambda: len(work.begun) > 2)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())


@pytest.mark.usefixtures("quick")
def test_given_a_database_that_is_away_when_the_time_is_over_then_the_work_stops(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alone, "LEASE", 0.3)

    async def run() -> None:
        work, holder = Work(), Alone(database, "poll")
        task = asyncio.create_task(holder.run(work.of("a")))
        await until(lambda: work.at)
        monkeypatch.setattr(holder, "take", lambda: 1 / 0)
        await asyncio.sleep(0.1)
        assert work.at
        await until(lambda: work.begun == ["a"] and not work.at)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())
