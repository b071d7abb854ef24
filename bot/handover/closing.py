"""After a case: once its end can no longer be undone, the citizen is told, and the bot says that it goes on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select, update
from sqlalchemy.engine import Connection

from bot.conversation import Button, Reply, State
from bot.handover import owning, presses, rating, remembered
from bot.handover.kinds import Ending, Status
from bot.handover.reasons import Reason
from bot.handover.undoing import LASTS
from bot.post import outbox
from bot.store.desk_tables import handover
from bot.store.tables import conversation
from bot.words import language_of, words
from procedures import store
from procedures.languages import in_language

#: Told in one transaction: each holds its conversation until the end.
_AT_ONCE = 20
#: Nobody is told: noise, and what the citizen has ended.
_SILENT = frozenset((Ending.SPAM.value, Ending.CANCELLED.value))


def tell_closed(connection: Connection, at: datetime) -> list[tuple[str, int]]:
    """Tells the citizens of cases that ended 60 seconds before `at` or earlier (UTC), at most 20 at a time.

    Returns channel and conversation of each who was told something. Two at once tell it once.
    """
    return [told for id_ in untold(connection, at) if (told := _tell(connection, id_, _due(at), at))]


def untold(connection: Connection, at: datetime) -> list[int]:
    """Cases that `tell_closed` would tell of, the oldest first: for whoever only looks."""
    oldest = select(handover.c.id).where(_due(at)).order_by(handover.c.id).limit(_AT_ONCE)
    return list(connection.execute(oldest).scalars())


def _due(at: datetime) -> Any:
    closed = and_(handover.c.status == Status.CLOSED.value, handover.c.closed_at <= at - LASTS)
    return and_(closed, handover.c.told_at.is_(None))


def _tell(connection: Connection, case_id: int, due: Any, at: datetime) -> tuple[str, int] | None:
    row = owning.lock(connection, case_id)
    mine = update(handover).where(handover.c.id == case_id, due).values(told_at=at)
    # Somebody else has told them, or taken the end back.
    if connection.execute(mine).rowcount != 1:
        return None
    whose = connection.execute(select(conversation).where(conversation.c.id == row.conversation_id)).one()
    if _is_silent(row) or whose.left_at is not None or whose.state != State.WITH_BOT.value:
        return None
    code = _resume(connection, row, whose)
    language = language_of(whose.memory)
    outbox.post(connection, whose.id, whose.channel, _reply(connection, row, code, language), None, language)
    return whose.channel, whose.id


def _is_silent(row: Any) -> bool:
    """Also after an answer of the bot to which a person has only said yes: the bot has never stopped."""
    return row.outcome in _SILENT or (row.reason == Reason.HELD.value and row.claimed_at is None)


def _resume(connection: Connection, row: Any, whose: Any) -> str:
    """Code of the procedure that the bot goes on with; one that staff found takes the place of none."""
    code = remembered.topic(whose.memory)
    if not code and row.code:
        memory = remembered.with_slots(whose.memory, procedure=row.code)
        connection.execute(update(conversation).where(conversation.c.id == whose.id).values(memory=memory))
    return code or str(row.code)


def _reply(connection: Connection, row: Any, code: str, language: str) -> Reply:
    rated = row.first_reply_at is not None
    lines = [_ended(connection, row, language), *_goes_on(connection, code, language)]
    lines.append(words().say("after.again", language))
    if rated:
        lines += ["", words().say("after.rate", language)]
        return Reply("\n".join(lines), rating.buttons(row.id, language))
    transcript = Button(words().say("after.transcript", language), presses.case(row.id, "transcript"))
    return Reply("\n".join(lines), (transcript,))


def _ended(connection: Connection, row: Any, language: str) -> str:
    """That it is closed, and how."""
    name = (
        owning.name_of(connection, row.staff_id) if row.staff_id is not None else words().say("after.staff", language)
    )
    return words().say(f"after.{row.outcome}", language, name=name)


def _goes_on(connection: Connection, code: str, language: str) -> Iterator[str]:
    """That the bot answers again, and that it knows what was talked about."""
    procedure = store.load(connection, code) if code else None
    if procedure is None:
        yield words().say("after.resumes", language)
    else:
        yield words().say("after.resumes_about", language, title=in_language(procedure, language).title)
