"""Keeping promises: the light of a case, and what is done before and after its promise is broken.

Each stage comes once, in working time: those on duty are nudged when a third of the promise is left; the citizen is
told just before it is broken; the lead is called when it is. A case that somebody answers is pressed for no more.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import and_, false, or_, select, update
from sqlalchemy.engine import Connection

from bot.alerts import alerts
from bot.conversation.hours import Calendar
from bot.handover import events, notice, offices, owning, spoken
from bot.handover.kinds import Event, Stage, Status
from bot.store.desk_tables import handover
from bot.store.tables import conversation
from bot.words import language_of
from procedures.validity import utc

#: Least working minutes before its end at which a citizen hears that a promise will be broken.
_TOLD_BEFORE = 5
_OPEN = (Status.WAITING.value, Status.WITH_STAFF.value)


class Light(Enum):
    """How a promise stands."""

    #: Nothing is promised: it is the citizen's turn.
    NONE = "none"
    GREEN = "green"
    #: A third of it is left, or less.
    AMBER = "amber"
    #: It is broken.
    RED = "red"


def light(due_at: datetime | None, at: datetime, calendar: Calendar, promise: int) -> Light:
    """Of a case that is due then, at a moment; both UTC. `promise` is the office's, in working minutes."""
    if due_at is None:
        return Light.NONE
    reached = _reached(due_at, at, calendar, promise)
    if reached is Stage.FRESH:
        return Light.GREEN
    return Light.RED if reached is Stage.OVERDUE else Light.AMBER


def pressing(connection: Connection, at: datetime) -> tuple[int, ...]:
    """Ids of cases whose promise is to be pressed for now, those that are due first first. Only looks."""
    whose = connection.execute(select(handover.c.office_id).where(_pressed()).distinct()).scalars().all()
    due = [_due(id_, _edges(at, *_hours(connection, id_))) for id_ in whose]
    wanted = select(handover.c.id).where(_pressed(), or_(false(), *due))
    return tuple(connection.execute(wanted.order_by(handover.c.due_at, handover.c.id)).scalars())


def press(connection: Connection, case_id: int, at: datetime) -> Stage | None:
    """Does what is due for one case, in the caller's transaction; None where somebody has done it or answered.

    Stages that were missed, because nobody looked, are made up for: the citizen is told late rather than never, and
    whoever would have been nudged is left alone once the lead is called.
    """
    row = _locked(connection, case_id)
    if row is None:
        return None
    stage = _reached(utc(row.due_at), at, *_hours(connection, row.office_id))
    same = and_(handover.c.id == row.id, handover.c.stage == row.stage, handover.c.due_at == row.due_at)
    if stage <= row.stage or not connection.execute(update(handover).where(same).values(stage=stage.value)).rowcount:
        return None
    event_id = events.write(connection, case_id, Event.PRESSED, stage=stage.name.lower())
    if row.stage < Stage.TOLD <= stage:
        _tell(connection, row, broken=stage is Stage.OVERDUE)
    if stage is Stage.OVERDUE:
        alerts.overdue(connection, case_id, event_id)
    elif row.stage < Stage.NUDGED:
        alerts.nudged(connection, case_id, event_id)
    return stage


def _pressed() -> Any:
    waits = and_(handover.c.due_at.is_not(None), handover.c.waits_since.is_not(None))
    return and_(handover.c.status.in_(_OPEN), waits, handover.c.stage < Stage.OVERDUE.value)


def _locked(connection: Connection, case_id: int) -> Any:
    """The row, its conversation locked, unless there is nothing more to press for."""
    owning.lock(connection, case_id)
    return connection.execute(select(handover).where(handover.c.id == case_id, _pressed())).first()


def _hours(connection: Connection, office_id: int) -> tuple[Calendar, int]:
    office = offices.of(connection, office_id)
    return office.calendar, office.promise


def _reached(due_at: datetime, at: datetime, calendar: Calendar, promise: int) -> Stage:
    return _stage(due_at, _edges(at, calendar, promise))


def _stage(due_at: datetime, edges: Iterable[tuple[Stage, datetime]]) -> Stage:
    return max((stage for stage, edge in edges if due_at <= edge), default=Stage.FRESH)


def _edges(at: datetime, calendar: Calendar, promise: int) -> tuple[tuple[Stage, datetime], ...]:
    """A promise that ends no later than this has reached the stage."""
    third = promise // 3
    told = min(third, max(_TOLD_BEFORE, promise // 10))
    left = {Stage.NUDGED: third, Stage.TOLD: told, Stage.OVERDUE: 0}
    return tuple((stage, _after(at, minutes, calendar, promise)) for stage, minutes in left.items())


def _due(office_id: int, edges: Iterable[tuple[Stage, datetime]]) -> Any:
    """Cases of an office that have reached a stage which is not noted yet."""
    reached = [and_(handover.c.due_at <= edge, handover.c.stage < stage.value) for stage, edge in edges]
    return and_(handover.c.office_id == office_id, or_(*reached))


def _after(at: datetime, minutes: int, calendar: Calendar, promise: int) -> datetime:
    if any(calendar.week) or minutes == 0:
        return calendar.add(at, minutes)
    # Without hours each promise is whole days long: its parts are parts of them, or it would be pressed for at once.
    return at + (calendar.add(at, promise) - at) * minutes / promise


def _tell(connection: Connection, row: Any, *, broken: bool) -> None:
    """An honest word to the citizen, unless staff found only noise in what they write."""
    whose = connection.execute(select(conversation).where(conversation.c.id == row.conversation_id)).one()
    if whose.spam_at is not None:
        return
    language = language_of(whose.memory)
    values = {"when": spoken.when(utc(row.due_at), language)}
    if row.staff_id is None:
        key = "promise.late" if broken else "promise.soon_late"
        values["place"] = notice.place(connection, row, language)
    else:
        key = "promise.late_owned" if broken else "promise.soon_late_owned"
        values["name"] = owning.name_of(connection, row.staff_id)
    owning.tell(connection, whose.id, key, offices.of(connection, row.office_id), **values)
