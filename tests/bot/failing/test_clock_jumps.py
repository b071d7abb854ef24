"""Somebody sets the clock, or it was wrong: nothing waits for hours, nothing is pressed for, nobody is thrown out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy.engine import Engine
from starlette.requests import Request
from starlette.responses import Response
from structlog.testing import capture_logs

from bot.errors import ChannelDown
from bot.keeper import Keeper
from bot.post import clock
from bot.post.clock import Steady
from bot.post.inbox import Inbox
from bot.post.outbox import Outbox
from bot.post.pulse import Workers
from bot.post.wake import Wake
from bot.settings import Settings
from bot.store.desk_tables import handover
from bot.store.tables import message, worker
from bot.web.session import COOKIE, Sessions
from tests.bot.handover import kit
from tests.bot.post.kit import Shaky, claim, column, drain, inbound, post, rows, statuses

Jump = Callable[[float], None]
_HOUR = 3600.0


@pytest.fixture
def jump(monkeypatch: pytest.MonkeyPatch) -> Jump:
    """Sets the clock so many seconds away from the right time."""

    def to(seconds: float) -> None:
        class Clock(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> Any:
                return datetime.now(tz) + timedelta(seconds=seconds)

        monkeypatch.setattr(clock, "datetime", Clock)

    return to


def test_given_a_clock_set_back_when_a_worker_has_died_then_its_message_is_taken_again(
    database: Engine, jump: Jump
) -> None:
    inbox = Inbox(database, Wake())
    jump(5 * _HOUR)
    inbox.receive(inbound("1", "khai sinh"))
    assert inbox.claim() is not None
    jump(0)
    again = inbox.claim()
    assert again is not None and again.attempt == 2


@pytest.mark.parametrize("hours", [-5, 5])
def test_given_a_clock_that_was_set_when_letters_wait_then_they_go_out(
    database: Engine, jump: Jump, hours: float
) -> None:
    jump(-hours * _HOUR)
    post(database, "một")
    Outbox(database, "memory").failed(claim(database), ChannelDown("busy", 300.0))
    jump(0)
    drain(database, Shaky())
    assert statuses(database) == ["sent"]


def test_given_a_clock_that_jumps_while_a_message_is_answered_when_it_is_given_away_then_only_one_can_commit(
    database: Engine, jump: Jump
) -> None:
    inbox = Inbox(database, Wake())
    inbox.receive(inbound("1", "khai sinh"))
    first = inbox.claim()
    jump(_HOUR)
    second = inbox.claim()
    assert first and second and (first.id, first.attempt, second.attempt) == (second.id, 1, 2)


def test_given_a_sign_of_life_from_the_future_when_asked_then_it_counts_for_nothing(
    database: Engine, jump: Jump
) -> None:
    jump(_HOUR)
    with database.begin() as connection:
        connection.execute(worker.insert().values(name="elsewhere:1", readiness="ready", seen_at=clock.now()))
    assert Workers(database).readiness() == "ready"
    jump(0)
    assert Workers(database).readiness() != "ready"


def test_given_a_clock_that_jumps_when_the_keeper_looks_then_no_promise_counts_as_broken_before_it_has_settled(
    database: Engine, jump: Jump
) -> None:
    with database.begin() as connection:
        office = kit.office(connection)
        kit.case(connection, office_id=office, due_at=clock.now() + timedelta(minutes=50))
    keeper = Keeper(database, Wake(), {}, None, "")
    jump(_HOUR)
    with capture_logs() as logs:
        keeper.keep()
    assert rows(database, message) == [] and [one["event"] for one in logs] == ["clock_was_set"]
    # It was wrong, and is right again: nobody was told anything.
    jump(0)
    keeper.keep()
    keeper._quiet_until = 0.0
    keeper.keep()
    assert rows(database, message) == [] and column(database, handover, "stage") == [0]
    # The next time it is right: after a minute the promise counts as broken.
    jump(_HOUR)
    keeper.keep()
    keeper._quiet_until = 0.0
    keeper.keep()
    assert len(rows(database, message)) == 1


def test_given_a_clock_set_back_when_a_browser_comes_back_then_it_finds_its_conversation(jump: Jump) -> None:
    sessions = Sessions(Settings("sqlite://", "h", 1, "http://h", "secret"))
    response = Response()
    sessions.keep(response, "a" * 32)
    cookie = response.headers["set-cookie"].split(";")[0]
    request = Request({"type": "http", "headers": [(b"cookie", cookie.encode())]})
    for seconds in (-_HOUR, 0, _HOUR):
        jump(seconds)
        assert COOKIE in cookie and sessions.of(request) == "a" * 32
    jump(181 * 24 * _HOUR)
    assert sessions.of(request) is None


def test_given_a_steady_clock_when_time_passes_then_it_has_not_jumped(jump: Jump) -> None:
    steady = Steady()
    assert abs(steady.jump()) < 1
    jump(-_HOUR)
    assert abs(steady.jump() + _HOUR) < 1
    assert abs(steady.jump()) < 1
    assert clock.now().tzinfo is timezone.utc
