"""Answers of the bot that go out only when a person has said yes."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import and_, exists, insert, select, update
from sqlalchemy.engine import Connection

from bot.conversation import Button, Reply
from bot.conversation.answer import Answer
from bot.errors import CannotReply, CaseMoved, Refused
from bot.handover import cases, events, opening, owning
from bot.handover.kinds import Ending, Event, Stage, Status
from bot.handover.reasons import Reason
from bot.post import outbox
from bot.post.clock import now
from bot.post.inbox import Claimed
from bot.store.desk_tables import handover, held_answer
from bot.store.tables import conversation


def carry_out(connection: Connection, claimed: Claimed, effect: dict[str, Any], answer: Answer) -> None:
    """The effect "hold": keeps the replies beside the case, which begins with it unless it is open."""
    opening.open_case(connection, claimed, Reason.HELD.value, answer=answer)
    case = opening.open_of(connection, claimed.conversation_id)
    replies = json.dumps(effect["replies"], ensure_ascii=False)
    row = {"handover_id": case.id, "inbox_id": claimed.id, "replies": replies, "created_at": now()}
    connection.execute(insert(held_answer).values(**row, language=answer.reply_language))


def decide(connection: Connection, held_id: int, staff_id: int, send: bool) -> None:
    """Somebody says yes or no to an answer. After a yes a case that was about nothing else is closed.

    Raises CaseTaken, CaseMoved, Refused (decided, other_office, staff_ended), CannotReply (left).
    """
    held = connection.execute(select(held_answer).where(held_answer.c.id == held_id)).first()
    if held is None:
        raise CaseMoved()
    row = _may_decide(connection, owning.lock(connection, held.handover_id), staff_id)
    _note(connection, held_id, staff_id, send)
    events.write(connection, row.id, Event.DECIDED, staff_id, held=held_id, send=send)
    if send:
        _send(connection, row, held)
        _close(connection, row.id, staff_id)


def _may_decide(connection: Connection, row: Any, staff_id: int) -> Any:
    """Its owner; while it waits, whoever could take it."""
    if row.status == Status.WAITING.value:
        owning.works_there(connection, row, staff_id)
    else:
        owning.must_own(connection, row, staff_id)
    return row


def _note(connection: Connection, held_id: int, staff_id: int, send: bool) -> None:
    """Once: of two clicks one counts."""
    open_one = update(held_answer).where(held_answer.c.id == held_id, held_answer.c.decision == "")
    decision = {"decision": "sent" if send else "dropped", "staff_id": staff_id, "decided_at": now()}
    if connection.execute(open_one.values(**decision)).rowcount != 1:
        raise Refused("decided")


def _send(connection: Connection, row: Any, held: Any) -> None:
    """The citizen has an answer, with a person's yes: they wait no more, unless another one is held."""
    talk = connection.execute(select(conversation).where(conversation.c.id == row.conversation_id)).one()
    if talk.left_at is not None:
        raise CannotReply("left")
    for told in json.loads(held.replies):
        reply = Reply(told["text"], tuple(Button(**one) for one in told["buttons"]), told["encloses"])
        outbox.post(connection, talk.id, talk.channel, reply, held.inbox_id, held.language)
    values: dict[str, Any] = {"first_reply_at": row.first_reply_at or now(), "replied_at": now()}
    if not _more(connection, row.id):
        values |= {"waits_since": None, "due_at": None, "stage": Stage.FRESH.value}
    connection.execute(update(handover).where(handover.c.id == row.id).values(**values))


def _close(connection: Connection, case_id: int, staff_id: int) -> None:
    row = owning.read(connection, case_id)
    if row.reason == Reason.HELD.value and not _more(connection, case_id):
        cases.close(connection, case_id, staff_id, row.version, Ending.ANSWERED)


def _more(connection: Connection, case_id: int) -> bool:
    """Whether another answer of the case waits for a yes."""
    undecided = and_(held_answer.c.handover_id == case_id, held_answer.c.decision == "")
    return bool(connection.execute(select(exists().where(undecided))).scalar())
