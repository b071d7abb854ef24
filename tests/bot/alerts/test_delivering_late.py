"""Calls that come too late, or to somebody who has gone home: dropped, or kept until they are back."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.engine import Engine

from bot.alerts.alerts import Kind
from bot.post.clock import now
from bot.store.desk_tables import alert, handover, handover_event, mention, staff
from tests.bot.alerts.kit import Desk


@pytest.fixture
def desk(database: Engine) -> Desk:
    return Desk(database)


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (handover, {"version": 1}),
        (handover, {"status": "closed", "waits_since": None}),
        (handover, {"waits_since": None}),
        (staff, {"alerts": ""}),
        (staff, {"ended_at": now()}),
    ],
)
def test_given_a_call_that_is_over_when_delivered_then_it_is_dropped(
    desk: Desk, table: Any, values: dict[str, Any]
) -> None:
    desk.call()
    desk.change(table, **values)
    desk.deliveries.deliver()
    assert desk.post.taken == [] and desk.rows() == [("dropped", 0, None)]


@pytest.mark.parametrize("kind", [Kind.NUDGE, Kind.OVERDUE])
def test_given_a_case_that_has_changed_hands_when_its_promise_is_in_danger_then_they_are_called_all_the_same(
    desk: Desk, kind: Kind
) -> None:
    desk.call(kind, mark="e1")
    desk.change(handover, version=3)
    desk.deliveries.deliver()
    assert len(desk.post.taken) == 1


@pytest.mark.parametrize("seen", [False, True])
def test_given_a_note_when_it_was_seen_then_nobody_is_called_to_it(desk: Desk, seen: bool) -> None:
    id_ = desk.call(Kind.MENTION, mark="e1", status="closed")
    with desk.database.begin() as connection:
        row = {"handover_id": id_, "kind": "noted", "created_at": now()}
        connection.execute(insert(handover_event).values(id=1, **row))
        seen_at = now() if seen else None
        connection.execute(insert(mention).values(event_id=1, staff_id=desk.lan, seen_at=seen_at))
    desk.deliveries.deliver()
    assert len(desk.post.taken) == (not seen)


def test_given_an_officer_who_has_gone_home_when_delivered_then_they_are_called_once_they_are_back(desk: Desk) -> None:
    desk.call()
    desk.lan_is(on_duty=False)
    desk.deliveries.deliver()
    assert desk.post.taken == [] and desk.rows() == [("waiting", 0, None)]
    desk.lan_is(on_duty=True)
    desk.change(alert, try_at=now())
    desk.deliveries.deliver()
    assert len(desk.post.taken) == 1


def test_given_a_lead_who_is_off_duty_when_delivered_then_they_are_called(desk: Desk) -> None:
    desk.call(Kind.OVERDUE, whom=desk.chief)
    desk.change(staff, on_duty=False)
    desk.deliveries.deliver()
    assert len(desk.post.taken) == 1
