"""The wish to be forgotten: asked, confirmed once, carried out by bot.privacy.erasing, proved by a code.

Law 91/2025/QH15 gives everybody the right to have their data erased. What must stay is told before: a case that staff
are working on is finished first, and figures that name nobody stay.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import and_, delete, insert, select, update
from sqlalchemy.engine import Connection

from bot.post.clock import now
from bot.privacy import people
from bot.store.consent_tables import erasure, erasure_conversation
from bot.store.tables import conversation
from procedures.validity import utc

#: Without what is taken for another letter on an old telephone; some 45 bits.
_LETTERS, _LENGTH = "ABCDEFGHJKMNPQRSTUVWXYZ23456789", 9
#: A question that is older is asked anew.
LASTS = timedelta(days=1)


class Status(str, Enum):
    """Where an erasure stands; stored, so never renamed."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True)
class Erasure:
    """What is known of an erasure; nothing of whose it is. Times are UTC."""

    id: int
    code: str
    status: Status
    asked_at: datetime
    confirmed_at: datetime | None
    done_at: datetime | None
    #: Table → rows.
    counts: Mapping[str, int]


def ask(connection: Connection, conversation_id: int, by: str = "citizen") -> Erasure:
    """The question that waits for a yes: one of a person, however often they ask."""
    waiting = of_person(connection, conversation_id, Status.ASKED)
    if waiting is not None and waiting.asked_at > now() - LASTS:
        return waiting
    code = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    row = {"code": code, "status": Status.ASKED.value, "asked_by": by, "asked_at": now()}
    id_ = int(connection.execute(insert(erasure).values(**row)).inserted_primary_key[0])
    _about(connection, id_, people.conversations(connection, conversation_id))
    return _read(connection.execute(select(erasure).where(erasure.c.id == id_)).one())


def confirm(connection: Connection, id_: int, conversation_id: int) -> Erasure | None:
    """Says yes to a question of this conversation. Once it is confirmed, another yes changes nothing.

    None for a question that is somebody else's, was dropped, or is too old.
    """
    mine = _of_conversation(conversation_id)
    row = connection.execute(
        select(erasure).where(erasure.c.id == id_, erasure.c.id.in_(mine)).with_for_update()
    ).first()
    if row is None or row.status not in (Status.ASKED.value, Status.CONFIRMED.value):
        return None
    if row.status == Status.ASKED.value:
        if utc(row.asked_at) <= now() - LASTS:
            return None
        yes = {"status": Status.CONFIRMED.value, "confirmed_at": now()}
        connection.execute(update(erasure).where(erasure.c.id == id_).values(yes))
        # They may have joined another conversation since they were asked.
        connection.execute(delete(erasure_conversation).where(erasure_conversation.c.erasure_id == id_))
        _about(connection, id_, people.conversations(connection, conversation_id))
    return find(connection, row.code)


def keep(connection: Connection, id_: int, conversation_id: int) -> bool:
    """Says no to a question. False where there is none of this conversation, or it was confirmed."""
    mine = _of_conversation(conversation_id)
    asked = and_(erasure.c.id == id_, erasure.c.id.in_(mine), erasure.c.status == Status.ASKED.value)
    dropped = bool(connection.execute(update(erasure).where(asked).values(status=Status.DROPPED.value)).rowcount)
    if dropped:
        connection.execute(delete(erasure_conversation).where(erasure_conversation.c.erasure_id == id_))
    return dropped


def drop_unconfirmed(connection: Connection, before: datetime) -> None:
    """Questions that nobody answered."""
    old = and_(erasure.c.status == Status.ASKED.value, erasure.c.asked_at < before)
    ids = select(erasure.c.id).where(old)
    connection.execute(delete(erasure_conversation).where(erasure_conversation.c.erasure_id.in_(ids)))
    connection.execute(update(erasure).where(old).values(status=Status.DROPPED.value))


def find(connection: Connection, code: str) -> Erasure | None:
    """By its code, as people type it; None for one that was made up or never confirmed."""
    told = "".join(code.upper().split()).replace("-", "")
    row = connection.execute(select(erasure).where(erasure.c.code == told)).first()
    known = row is not None and row.status in (Status.CONFIRMED.value, Status.DONE.value)
    return _read(row) if known else None


def of_person(connection: Connection, conversation_id: int, status: Status) -> Erasure | None:
    """The newest of the person who writes here."""
    mine = _of_conversation(*people.conversations(connection, conversation_id))
    such = select(erasure).where(erasure.c.id.in_(mine), erasure.c.status == status.value)
    row = connection.execute(such.order_by(erasure.c.id.desc()).limit(1)).first()
    return None if row is None else _read(row)


def waiting(connection: Connection) -> list[Erasure]:
    """Those that are confirmed and not done, the oldest first."""
    mine = select(erasure).where(erasure.c.status == Status.CONFIRMED.value).order_by(erasure.c.id)
    return [_read(row) for row in connection.execute(mine)]


def conversations_of(connection: Connection, id_: int) -> tuple[int, ...]:
    """Whom it is about: the conversations named in it, and those joined with them since."""
    named = select(erasure_conversation.c.conversation_id).where(erasure_conversation.c.erasure_id == id_)
    person = select(conversation.c.person).where(conversation.c.id.in_(named), conversation.c.person.is_not(None))
    theirs = conversation.c.id.in_(named) | conversation.c.person.in_(person)
    return tuple(connection.execute(select(conversation.c.id).where(theirs).order_by(conversation.c.id)).scalars())


def _about(connection: Connection, id_: int, conversation_ids: Sequence[int]) -> None:
    rows = [{"erasure_id": id_, "conversation_id": one} for one in conversation_ids]
    connection.execute(insert(erasure_conversation), rows)


def _of_conversation(*conversation_ids: int) -> Any:
    mine = erasure_conversation.c.conversation_id.in_(conversation_ids)
    return select(erasure_conversation.c.erasure_id).where(mine)


def _read(row: Any) -> Erasure:
    confirmed, done = (utc(at) if at else None for at in (row.confirmed_at, row.done_at))
    told = (row.id, row.code, Status(row.status), utc(row.asked_at))
    return Erasure(*told, confirmed, done, json.loads(row.counts))
