"""Hints by PostgreSQL: two relays in one process stand for processes on two machines."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
import pytest

from bot.post.listening import PostgresRelay
from bot.post.relay import Relay, relay
from bot.post.wake import Wake

URL = os.environ.get("TEST_DATABASE_URL", "")
on_postgresql = pytest.mark.skipif(not URL, reason="needs PostgreSQL: TEST_DATABASE_URL")


@contextmanager
def running(wake: Wake) -> Iterator[PostgresRelay]:
    made = PostgresRelay(wake, URL)
    made.start()
    assert made.listens(5)
    yield made
    made.stop()


def rung(event: threading.Event) -> bool:
    return event.wait(3)


def test_given_an_address_when_a_relay_is_made_then_postgresql_carries_its_own_hints() -> None:
    assert isinstance(relay(Wake(), "postgresql://user:p%40ss@host/name"), PostgresRelay)
    assert isinstance(relay(Wake(), "sqlite:///x.db"), Relay)


@on_postgresql
def test_given_two_machines_when_one_is_told_then_the_other_wakes_and_it_hears_no_echo() -> None:
    here, there = Wake(), Wake()
    with running(here), running(there), here.thread_event("inbox") as mine, there.thread_event("inbox") as theirs:
        here.notify("conversation 1", "inbox")
        assert rung(theirs) and mine.is_set()
        mine.clear()
        there.notify("outbox web")
        here.notify("conversation 7")
        assert not mine.wait(0.1)


@on_postgresql
def test_given_connections_that_are_cut_when_the_database_is_back_then_hints_arrive_again() -> None:
    here, there = Wake(), Wake()
    with running(here) as one, running(there) as other, there.thread_event("inbox") as theirs:
        with psycopg2.connect(URL) as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s", ["motcua hints"]
            )
        while not theirs.is_set():
            # Whoever sends learns of the cut by the hint that is lost.
            here.notify("inbox")
            assert one.listens(5) and other.listens(5)
            theirs.wait(0.3)


@on_postgresql
def test_given_a_relay_that_stopped_when_others_are_told_then_nothing_is_heard_and_nobody_waits() -> None:
    here, there = Wake(), Wake()
    with running(here), there.thread_event("inbox") as theirs:
        with running(there):
            pass
        here.notify("inbox")
        assert not theirs.wait(0.2)
        assert there.relay is None


@on_postgresql
def test_given_more_hints_than_fit_when_the_database_is_away_then_whoever_tells_them_does_not_wait() -> None:
    away = PostgresRelay(Wake(), "postgresql://nobody@127.0.0.1:1/none")
    away.start()
    for number in range(3000):
        away._tell(f"conversation {number}")
    away.stop()
