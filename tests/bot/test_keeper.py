"""The keeper: one look does all that is due, each thing once, and wakes whoever waits for it."""

from __future__ import annotations

import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.engine import Engine
from structlog.testing import capture_logs

from bot import keeper as module
from bot.channels.port import Abilities
from bot.handover import promises
from bot.keeper import Keeper
from bot.post.clock import ago, now
from bot.post.wake import ALERTS, DESK, Wake
from bot.store.desk_tables import alert, handover, handover_event, staff
from bot.store.tables import message, outbox
from tests.bot.handover import kit


class Noted(Wake):
    """Notes the topics that were told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def notify(self, topic: str) -> None:
        self.told.append(topic)
        super().notify(topic)


class Desk:
    """An office with Lan and a lead, whose calls come by chat."""

    def __init__(self, database: Engine) -> None:
        self.database, self.wake = database, Noted()
        self.keeper = Keeper(database, self.wake, {"telegram": Abilities(text=4000)}, None, "https://motcua.example")
        with database.begin() as connection:
            kit.office(connection)
            self.lan = kit.person(connection, "lan", office_id=2)
            kit.person(connection, "chief", office_id=2, role="lead", alerts="email", email="c@example.vn")

    def case(self, minutes: float, **values: Any) -> int:
        """Due in so many minutes."""
        due = {"due_at": now() + timedelta(minutes=minutes), "office_id": 2}
        with self.database.begin() as connection:
            number = len(connection.execute(select(handover.c.id)).all())
            return kit.case(connection, address=f"a{number}", **{**due, **values})

    def column(self, column: Any) -> list[Any]:
        with self.database.connect() as connection:
            return list(connection.execute(select(column)).scalars())


@pytest.fixture
def desk(database: Engine) -> Desk:
    return Desk(database)


def test_given_nothing_to_do_when_looked_then_nobody_is_woken(desk: Desk) -> None:
    desk.case(50)
    desk.keeper.keep()
    desk.keeper.call()
    assert desk.wake.told == []


def test_given_a_broken_promise_when_looked_then_citizen_lead_sender_and_desk_know(desk: Desk) -> None:
    desk.case(-1)
    desk.keeper.keep()
    assert desk.column(alert.c.kind) == ["overdue"] and len(desk.column(outbox.c.id)) == 1
    assert desk.wake.told == ["outbox web", "conversation 1", DESK, ALERTS]


def test_given_an_owner_who_is_gone_when_looked_then_their_case_waits_again_before_it_is_pressed_for(
    desk: Desk,
) -> None:
    since = ago(600)
    desk.case(4, staff_id=desk.lan, waits_since=since, claimed_at=since)
    with desk.database.begin() as connection:
        connection.execute(update(staff).where(staff.c.id == desk.lan).values(seen_at=since))
    desk.keeper.keep()
    assert desk.column(handover.c.status) == ["waiting"]
    assert desk.column(handover_event.c.kind) == ["released", "pressed"]
    assert "Lan" not in desk.column(message.c.text)[0]


def test_given_a_case_that_has_ended_when_looked_then_its_citizen_is_told(desk: Desk) -> None:
    closed = {"status": "closed", "waits_since": None, "closed_at": ago(61), "outcome": "answered"}
    desk.case(0, staff_id=desk.lan, **{**closed, "due_at": None})
    desk.keeper.keep()
    assert len(desk.column(message.c.id)) == 1 and "outbox web" in desk.wake.told


def test_given_calls_when_looked_then_they_are_delivered(desk: Desk) -> None:
    desk.case(-1)
    desk.keeper.keep()
    desk.keeper.call()
    assert desk.column(alert.c.error) == ["mail is off"]


def test_given_several_processes_when_they_look_at_once_then_each_thing_is_done_once(desk: Desk) -> None:
    for _ in range(12):
        desk.case(-1)
    others = [Keeper(desk.database, Wake(), {}, None, "") for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda one: one.keep(), others))
    assert len(desk.column(message.c.id)) == len(desk.column(alert.c.id)) == len(desk.column(handover_event.c.id)) == 12


def test_given_one_case_in_trouble_when_looked_then_the_others_are_done(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = desk.case(-2), desk.case(-1)
    press = promises.press

    def broken(connection: Any, case_id: int, at: Any) -> Any:
        if case_id == first:
            raise RuntimeError("0912345678")
        return press(connection, case_id, at)

    monkeypatch.setattr(promises, "press", broken)
    with capture_logs() as logs:
        desk.keeper.keep()
    assert [entry["event"] for entry in logs] == ["keeper_case_failed"] and "0912345678" not in str(logs)
    assert desk.column(handover_event.c.handover_id) == [second]


async def _until(desk: Desk, done: Any) -> None:
    running = asyncio.create_task(desk.keeper.run())
    try:
        for _ in range(500):
            if done():
                return
            await asyncio.sleep(0.01)
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
    raise AssertionError("nothing came of it")


def test_given_a_look_that_fails_when_it_runs_then_it_looks_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_EVERY", 0.01)
    monkeypatch.setattr(module, "_TOGETHER", 0.01)
    looks: list[int] = []

    def keep() -> None:
        looks.append(1)
        raise RuntimeError("database away")

    monkeypatch.setattr(desk.keeper, "keep", keep)
    with capture_logs() as logs:
        asyncio.run(_until(desk, lambda: len(looks) > 2))
    assert {entry["event"] for entry in logs} == {"keeper_failed"}


def test_given_a_hint_when_it_runs_then_it_looks_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_EVERY", 60.0)
    monkeypatch.setattr(module, "_TOGETHER", 0.0)
    looks: list[int] = []

    def look() -> None:
        looks.append(1)

    def hinted() -> bool:
        if looks == [1]:
            desk.wake.notify(ALERTS)
        return len(looks) > 1

    monkeypatch.setattr(desk.keeper, "call", look)
    asyncio.run(_until(desk, hinted))
