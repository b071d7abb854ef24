"""Trainings by the clock: at a day and an hour that somebody has chosen, if there is something new to learn."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection

from bot.console import training as trainings
from bot.console.audit import note
from bot.conversation.hours import HERE
from bot.engine import training
from bot.engine.models import Models
from bot.errors import Refused
from bot.post.clock import now
from bot.store.console_tables import site_setting, training_run
from procedures.validity import utc

_NAME = "training_clock"
#: A week, from Monday; and every day.
DAYS, DAILY = range(7), 7
#: Hours after its time in which a training that was missed is made up for.
_LATE = timedelta(hours=3)


@dataclass(frozen=True)
class Clock:
    """Vietnam's time; `day` counts from Monday, 7 for every day."""

    day: int
    hour: int


def get(connection: Connection) -> Clock | None:
    """None where nobody wants it."""
    told = connection.execute(select(site_setting.c.value).where(site_setting.c.name == _NAME)).scalar()
    found = json.loads(told) if told else None
    return Clock(found["day"], found["hour"]) if found else None


def put(connection: Connection, clock: Clock | None, staff_id: int) -> None:
    """Raises Refused."""
    if clock and (clock.day not in (*DAYS, DAILY) or clock.hour not in range(24)):
        raise Refused("no_such_time")
    before, told = get(connection), asdict(clock) if clock else None
    values = {"value": json.dumps(told), "staff_id": staff_id, "changed_at": now()}
    if not connection.execute(update(site_setting).where(site_setting.c.name == _NAME).values(**values)).rowcount:
        connection.execute(insert(site_setting).values(name=_NAME, **values))
    note(connection, staff_id, "training.clock", _NAME, before=asdict(before) if before else None, after=told)


def latest(clock: Clock, at: datetime) -> datetime:
    """The last moment before `at` that the clock means, UTC."""
    here = at.astimezone(HERE)
    moment = here.replace(hour=clock.hour, minute=0, second=0, microsecond=0)
    if clock.day != DAILY:
        moment -= timedelta(days=(here.weekday() - clock.day) % 7)
    if moment > here:
        moment -= timedelta(days=1 if clock.day == DAILY else 7)
    return utc(moment)


def due(connection: Connection, at: datetime) -> datetime | None:
    """The moment of the last hours that the clock means, if nothing was begun since."""
    clock = get(connection)
    if clock is None:
        return None
    moment = latest(clock, at)
    changed = connection.execute(select(site_setting.c.changed_at).where(site_setting.c.name == _NAME)).scalar()
    last = connection.execute(select(func.max(training_run.c.created_at))).scalar()
    begun = max(utc(one) for one in (changed, last) if one is not None)
    return moment if begun < moment and at - moment < _LATE else None


def strike(connection: Connection, models: Models) -> None:
    """Begins a training where it would learn something new, and none is under way."""
    if trainings.under_way(connection) is not None:
        return
    if not models.path(training.name_of(trainings.examples(connection))).exists():
        trainings.begin(connection, None)
