"""Trainings: asked for by somebody or by the clock, one at a time, until their model is in use or thrown away."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, insert, select, update
from sqlalchemy.engine import Connection, Row
from sqlalchemy.exc import IntegrityError

from bot.console.audit import note
from bot.engine import fitting
from bot.engine.models import Models
from bot.engine.own import Own
from bot.errors import ModelMissing, ModelUnfit, NoSuchModel, Refused
from bot.post.clock import now
from bot.privacy.masking import MASK
from bot.store.console_tables import own_sentence, site_version, training_run

#: Not yet at an end: only one may be.
WAITING, RUNNING = "waiting", ("training", "evaluating")
OPEN = (WAITING, *RUNNING)
READY, ACTIVE, DISCARDED, FAILED = "ready", "active", "discarded", "failed"
#: Whoever begins a training holds this row, so that two do not begin one each.
_TURN = "training"
#: What stands for something personal in a masked sentence teaches nothing.
_MASK = re.compile(rf"\[[^\]]*\]|{MASK}")
#: Columns of a run without its reports, which are long.
_SHORT = [column for column in training_run.c if column.name not in ("before", "after")]
#: Runs that are listed.
_MOST = 20
LONGEST_REASON = 500
NOTHING_BEFORE = (NoSuchModel, ModelMissing)


@dataclass(frozen=True)
class Sentence:
    """An example that somebody has added."""

    id: int
    text: str
    language: str
    intent: str
    staff_id: int
    created_at: datetime


def begin(connection: Connection, staff_id: int | None, start_at: datetime | None = None) -> int:
    """Asks for a training, now or later; `staff_id` None: the clock. Returns its id. Raises Refused."""
    _take_turn(connection)
    if under_way(connection) is not None:
        raise Refused("training_under_way")
    at = now()
    start = max(start_at or at, at)
    values = {"status": WAITING, "staff_id": staff_id, "start_at": start, "created_at": at}
    id_ = int(connection.execute(insert(training_run).values(**values)).inserted_primary_key[0])
    note(connection, staff_id, "training.asked", str(id_), after=start.isoformat(timespec="minutes"))
    return id_


def under_way(connection: Connection) -> Row | None:
    """The run that waits, trains or is measured."""
    return connection.execute(select(*_SHORT).where(training_run.c.status.in_(OPEN))).first()


def runs(connection: Connection) -> list[Row]:
    """The latest ones, without their reports."""
    return list(connection.execute(select(*_SHORT).order_by(training_run.c.id.desc()).limit(_MOST)))


def one(connection: Connection, id_: int, *, reports: bool = False) -> Row | None:
    """A run."""
    columns = [training_run] if reports else _SHORT
    return connection.execute(select(*columns).where(training_run.c.id == id_)).first()


def stop(connection: Connection, id_: int, staff_id: int) -> None:
    """Gives up a run that is not at its end; the process that trains sees it and ends. Raises Refused."""
    _move(connection, id_, OPEN, DISCARDED)
    note(connection, staff_id, "training.stopped", str(id_))


def discard(connection: Connection, models: Models, id_: int, staff_id: int) -> None:
    """Throws a model away that nobody wants. Raises Refused."""
    name = _move(connection, id_, (READY,), DISCARDED).model
    note(connection, staff_id, "training.discarded", str(id_), before=name)
    if name != in_use(models) and name not in models.names_used():
        models.path(name).unlink(missing_ok=True)


def activate(connection: Connection, models: Models, id_: int, staff_id: int, reason: str) -> None:
    """Lets the model of a run answer, in every process within seconds. Raises Refused."""
    name = _move(connection, id_, (READY,), ACTIVE).model
    use(connection, models, name, staff_id, reason)
    models.prune()


def roll_back(connection: Connection, models: Models, staff_id: int, reason: str) -> str:
    """Lets the model answer that did before. Returns its name. Raises Refused."""
    try:
        name = models.before()
    except NOTHING_BEFORE:
        raise Refused("no_model_before") from None
    use(connection, models, name, staff_id, reason)
    return name


def use(connection: Connection, models: Models, name: str, staff_id: int, reason: str) -> None:
    """Lets any model answer that is there and fits. Raises Refused."""
    if name not in {model.name for model in models.listed()}:
        raise Refused("no_such_model")
    if len(reason) > LONGEST_REASON:
        raise Refused("too_long", longest=str(LONGEST_REASON))
    try:
        fitting.check(models.path(name))
    except ModelUnfit as error:
        raise Refused("model_unfit", name=name, missing="; ".join(error.why[:3])) from error
    note(connection, staff_id, "model.activated", name, before=in_use(models), after=name, reason=reason)
    models.activate(name)


def in_use(models: Models) -> str:
    """The name of the model that answers; empty where none does."""
    try:
        return models.active().name.removesuffix(".tar.gz")
    except ModelMissing:
        return ""


def sentences(connection: Connection) -> tuple[Sentence, ...]:
    """Examples of classes that hold, the latest first."""
    columns = [own_sentence.c[name] for name in ("id", "text", "language", "intent", "staff_id", "created_at")]
    held = _examples().order_by(own_sentence.c.id.desc()).with_only_columns(*columns)
    return tuple(Sentence(*row) for row in connection.execute(held))


def examples(connection: Connection) -> tuple[Own, ...]:
    """The same as training reads them: without what stands for something personal."""
    held = connection.execute(_examples().order_by(own_sentence.c.id))
    return tuple(Own(row.id, " ".join(_MASK.sub(" ", row.text).split()), row.intent) for row in held)


def questions(connection: Connection) -> list[Row]:
    """The province's own questions with the procedures that answer them."""
    held = and_(own_sentence.c.kind == "question", own_sentence.c.ended_at.is_(None), own_sentence.c.code != "")
    return list(connection.execute(select(own_sentence).where(held).order_by(own_sentence.c.id)))


def take_back(connection: Connection, id_: int, staff_id: int) -> None:
    """The next model does not learn from this example. Raises Refused."""
    mine = and_(own_sentence.c.id == id_, own_sentence.c.kind == "example", own_sentence.c.ended_at.is_(None))
    if not connection.execute(update(own_sentence).where(mine).values(ended_at=now())).rowcount:
        raise Refused("no_such_example")
    note(connection, staff_id, "example.ended", str(id_))


def usual() -> Models:
    """The folder of models that this installation answers from."""
    return Models()


def _examples() -> Any:
    held = and_(own_sentence.c.kind == "example", own_sentence.c.ended_at.is_(None), own_sentence.c.intent != "")
    return select(own_sentence).where(held)


def _move(connection: Connection, id_: int, before: Sequence[str], after: str) -> Row:
    """Raises Refused where the run stands elsewhere by now."""
    mine = and_(training_run.c.id == id_, training_run.c.status.in_(before))
    found = connection.execute(select(training_run.c.model).where(mine).with_for_update()).first()
    if found is None:
        raise Refused("training_moved")
    connection.execute(update(training_run).where(mine).values(status=after, finished_at=now()))
    return found


def _take_turn(connection: Connection) -> None:
    mine = site_version.c.name == _TURN
    moved = update(site_version).where(mine).values(number=site_version.c.number + 1)
    if connection.execute(moved).rowcount:
        return
    try:
        with connection.begin_nested():
            connection.execute(insert(site_version).values(name=_TURN, number=1))
    except IntegrityError:
        connection.execute(moved)
