"""A case that waits, for its citizen: where it stands, and leaving the line."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, update
from sqlalchemy.engine import Connection

from bot.handover import events, notice, owning
from bot.handover.kinds import Ending, Event, Stage, Status
from bot.post.clock import now
from bot.store.desk_tables import held_answer
from bot.words import words
from procedures.validity import utc


def standing(connection: Connection, row: Any, language: str) -> str:
    """The office, how many wait before, until when an answer was promised; an apology where that is over."""
    told = notice.still(connection, row, language)
    late = row.due_at is not None and utc(row.due_at) <= now()
    return f"{told} {words().say('waits.late', language)}" if late else told


def cancel(connection: Connection, row: Any) -> None:
    """The citizen wants nobody any more. Answers of the bot that waited for a yes are dropped with it."""
    ended = {"status": Status.CLOSED.value, "closed_at": now(), "told_at": now(), "outcome": Ending.CANCELLED.value}
    nobody_waits = {"waits_since": None, "due_at": None, "stage": Stage.FRESH.value, "asks": ""}
    owning.move(connection, row, **ended, **nobody_waits)
    held = and_(held_answer.c.handover_id == row.id, held_answer.c.decision == "")
    connection.execute(update(held_answer).where(held).values(decision="dropped", decided_at=now()))
    events.write(connection, row.id, Event.CLOSED, ending=Ending.CANCELLED.value, marked=False, **events.trace(row))
