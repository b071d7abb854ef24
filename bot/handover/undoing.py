"""Taking back the last thing that somebody did to a case: within a minute, and only if nothing has happened since."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, exists, select, update
from sqlalchemy.engine import Connection

from bot.errors import UndoOver
from bot.handover import events, owning
from bot.handover.events import Happened
from bot.handover.kinds import Event, Status
from bot.post.clock import now
from bot.store.desk_tables import handover, mention
from bot.store.tables import conversation
from procedures.validity import utc

#: For so long something can be undone; nobody outside is told of an end before.
LASTS = timedelta(seconds=60)
#: What moves a case by one version, and can be moved back.
_MOVES = frozenset((Event.CLAIMED, Event.RELEASED, Event.TRANSFERRED, Event.CLOSED))


def undo(connection: Connection, case_id: int, staff_id: int) -> Event:
    """Takes it back, and says what it was. Raises UndoOver, and CaseMoved where there is no such case.

    A citizen who had been told of it is told who answers them now.
    """
    row = owning.lock(connection, case_id)
    last = _undoable(connection, row, staff_id)
    if last is None:
        raise UndoOver()
    if last.kind is Event.NOTED:
        connection.execute(delete(mention).where(mention.c.event_id == last.id))
    else:
        _move_back(connection, row, last)
    events.write(connection, case_id, Event.UNDONE, staff_id, event_id=last.id, undone=last.kind.value)
    return last.kind


def until(connection: Connection, case_id: int, staff_id: int) -> datetime | None:
    """Until when somebody can take back the last thing they did, UTC; None where there is nothing to take back."""
    row = owning.read(connection, case_id)
    last = _undoable(connection, row, staff_id)
    return None if last is None else last.at + LASTS


def _undoable(connection: Connection, row: Any, staff_id: int) -> Happened | None:
    last = events.latest(connection, row.id)
    if last is None or last.staff_id != staff_id or now() >= last.at + LASTS:
        return None
    if last.kind is Event.NOTED:
        return last
    if last.kind not in _MOVES or last.data["version"] != row.version:
        return None
    return None if last.kind is Event.CLOSED and not _may_reopen(connection, row) else last


def _may_reopen(connection: Connection, row: Any) -> bool:
    """The citizen has neither been told that it is closed nor opened another case."""
    another = and_(handover.c.conversation_id == row.conversation_id, handover.c.status != Status.CLOSED.value)
    return row.told_at is None and not connection.execute(select(exists().where(another))).scalar()


def _move_back(connection: Connection, row: Any, last: Happened) -> None:
    values = events.before(last)
    if values["waits_since"] is None and _heard_since(connection, row, last.at):
        values |= owning.waits_anew(connection, values["office_id"])
    owning.move(connection, row, **values)
    if last.data.get("marked"):
        whose = update(conversation).where(conversation.c.id == row.conversation_id)
        connection.execute(whose.values(spam_at=None))
    if last.kind is Event.CLAIMED:
        owning.tell_waits(connection, row.id)
    elif last.kind is Event.TRANSFERRED or last.data.get("told"):
        owning.tell_where(connection, row.id)


def _heard_since(connection: Connection, row: Any, at: datetime) -> bool:
    heard_at = select(conversation.c.heard_at).where(conversation.c.id == row.conversation_id)
    heard = connection.execute(heard_at).scalar()
    return heard is not None and utc(heard) > at
