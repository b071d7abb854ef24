"""A person's words to a citizen: only its owner speaks in a case, and each reply goes out once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from bot.channels.port import Abilities
from bot.conversation import Reply
from bot.conversation.window import Price, Standing, standing
from bot.errors import CannotReply
from bot.handover import events, owning
from bot.handover.kinds import Event, Stage
from bot.handover.typed import cleaned
from bot.post import outbox
from bot.post.clock import now
from bot.store.desk_tables import handover
from bot.store.tables import conversation
from bot.words import language_of
from procedures.validity import utc

_NONE: Mapping[str, Abilities] = MappingProxyType({})


def reply(
    connection: Connection,
    case_id: int,
    staff_id: int,
    text: str,
    *,
    encloses: str = "",
    once: str = "",
    may_cost: bool = False,
    abilities: Mapping[str, Abilities] = _NONE,
) -> int:
    """Says something to the citizen of a case, who then waits no more. Returns the id of its line.

    `once`: what the page calls this reply; the same one again, as after a broken connection, is the same line.
    `abilities` by channel. Raises CaseTaken, CaseMoved, CannotReply (left, closed, paid), Refused (empty, too_long).
    """
    row = owning.lock(connection, case_id)
    known = _said(connection, case_id, once) if once else None
    if known is not None:
        return known
    clean = cleaned(text, may_be_empty=bool(encloses))
    owning.must_own(connection, row, staff_id)
    talk = connection.execute(select(conversation).where(conversation.c.id == row.conversation_id)).one()
    _must_arrive(talk, abilities, may_cost)
    told = (talk.id, talk.channel, Reply(clean, encloses=encloses), None, language_of(talk.memory))
    line = outbox.post(connection, *told, staff_id=staff_id, may_cost=may_cost)
    _answered(connection, row)
    events.write(connection, case_id, Event.REPLIED, staff_id, line=line, once=once)
    return line


def standing_of(talk_row: Any, abilities: Abilities | None, at: datetime) -> Standing | None:
    """Where a row of `conversation` stands at a moment; None on a channel that keeps no count."""
    if abilities is None or abilities.window is None:
        return None
    heard_at = None if talk_row.heard_at is None else utc(talk_row.heard_at)
    return standing(heard_at, talk_row.replies_left, abilities.window.free, abilities.window.paid, at)


def _must_arrive(talk: Any, abilities: Mapping[str, Abilities], may_cost: bool) -> None:
    """Raises CannotReply, before anything is written that would not be brought."""
    if talk.left_at is not None:
        raise CannotReply("left")
    stands = standing_of(talk, abilities.get(talk.channel), now())
    if stands is not None and stands.price is Price.CLOSED:
        raise CannotReply("closed")
    if stands is not None and stands.price is Price.PAID and not may_cost:
        raise CannotReply("paid")


def _said(connection: Connection, case_id: int, once: str) -> int | None:
    """The line of a reply that a page has sent before."""
    lines = events.every(connection, case_id)
    said = (line.data["line"] for line in lines if line.kind is Event.REPLIED and line.data["once"] == once)
    return next(said, None)


def _answered(connection: Connection, row: Any) -> None:
    """The citizen has a person's word. Its owner and its office stay, so its version does."""
    moment = now()
    spoken = {"first_reply_at": row.first_reply_at or moment, "replied_at": moment}
    nobody_waits = {"waits_since": None, "due_at": None, "stage": Stage.FRESH.value}
    connection.execute(update(handover).where(handover.c.id == row.id).values(**spoken, **nobody_waits))
