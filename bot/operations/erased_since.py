"""Whoever was erased after a backup must not come back with it: what the replaced database knows of them is done again.

An erasure names nobody once it is done; what it leaves is the conversation, whose address nobody has any more. So the
two databases are compared conversation by conversation. Each one found is a confirmed wish in the restored database,
which the service fulfils when it runs (bot.privacy.erasing).
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

import structlog
from sqlalchemy import and_, insert, inspect, or_, select
from sqlalchemy.engine import Connection

from bot.errors import OperationFailed
from bot.operations.databases import Database
from bot.post.clock import now
from bot.store import schema
from bot.store.consent_tables import erasure, erasure_conversation
from bot.store.tables import conversation
from procedures.database import connect

log = structlog.get_logger()

_NOBODY = "erased-%"


def again(database: Database, kept: str) -> int:
    """Writes the wishes; returns how many conversations they are about. A replaced database that is broken has none.

    A restored one that is too old to keep a wish is brought to this program's schema first.
    """
    try:
        with database.reading(kept) as connection:
            gone, receipts = _gone(connection), _receipts(connection)
    except OperationFailed:
        log.warning("erasures_unknown", kept=kept)
        return 0
    engine = connect(database.place.database_url)
    try:
        with engine.begin() as connection:
            back = [id_ for id_, channel, created in gone if _lives(connection, id_, channel, created)]
            if back or receipts:
                schema.go(connection, "head")
                back = [id_ for id_ in back if not _wished(connection, id_)]
                _keep(connection, back, receipts)
        return len(back)
    finally:
        engine.dispose()


def _gone(connection: Connection) -> Sequence[tuple[int, str, object]]:
    """Conversations of nobody, and those whose erasure was confirmed but not done."""
    which = conversation.c.address.like(_NOBODY)
    if inspect(connection).has_table(erasure.name):
        wished = select(erasure_conversation.c.conversation_id).join(erasure).where(erasure.c.status == "confirmed")
        which = or_(which, conversation.c.id.in_(wished))
    columns = (conversation.c.id, conversation.c.channel, conversation.c.created_at)
    return [tuple(row) for row in connection.execute(select(*columns).where(which))]


def _lives(connection: Connection, id_: int, channel: str, created: object) -> bool:
    """The same conversation, by its beginning: a number alone may be another one's in another installation."""
    same = and_(conversation.c.id == id_, conversation.c.channel == channel, conversation.c.created_at == created)
    known = select(conversation.c.id).where(same, ~conversation.c.address.like(_NOBODY))
    return connection.execute(known).first() is not None


def _wished(connection: Connection, id_: int) -> bool:
    mine = select(erasure_conversation.c.erasure_id).join(erasure)
    open_ = and_(erasure_conversation.c.conversation_id == id_, erasure.c.status == "confirmed")
    return connection.execute(mine.where(open_)).first() is not None


def _receipts(connection: Connection) -> Sequence[dict[str, Any]]:
    """What proves the erasures that are done: whose they were asks for them by their code."""
    if not inspect(connection).has_table(erasure.name):
        return ()
    rows = connection.execute(select(erasure).where(erasure.c.status == "done")).mappings()
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


def _keep(connection: Connection, ids: Sequence[int], receipts: Sequence[dict[str, Any]]) -> None:
    """A wish for each: an open case of one must not hold up the others."""
    known = set(connection.execute(select(erasure.c.code)).scalars())
    for receipt in receipts:
        if receipt["code"] not in known:
            connection.execute(insert(erasure).values(receipt))
    for id_ in ids:
        values = {"code": secrets.token_hex(6).upper(), "status": "confirmed", "asked_by": "command"}
        made = connection.execute(insert(erasure).values({**values, "asked_at": now(), "confirmed_at": now()}))
        about = {"erasure_id": made.inserted_primary_key[0], "conversation_id": id_}
        connection.execute(insert(erasure_conversation).values(about))
