"""Messages that were given up: a person looks at them, sends them again, or lets them go."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, select, update
from sqlalchemy.engine import Engine

from bot.post.clock import now
from bot.store.tables import conversation, message, outbox


def given_up(engine: Engine, most: int | None = None) -> list[dict[str, Any]]:
    """The newest first: id, channel, when, how often tried, why, whether it may have arrived, and its text."""
    columns = (outbox.c.id, outbox.c.channel, outbox.c.attempts, outbox.c.error, outbox.c.doubts)
    told = (message.c.created_at, message.c.text, conversation.c.id.label("conversation"))
    rows = (
        select(*columns, *told)
        .join(message, message.c.id == outbox.c.message_id)
        .join(conversation, conversation.c.id == outbox.c.conversation_id)
        .where(outbox.c.status == "failed")
        .order_by(outbox.c.id.desc())
        .limit(most)
    )
    with engine.connect() as connection:
        return [dict(row._mapping) for row in connection.execute(rows)]


def resend(engine: Engine, id_: int, may_cost: bool = False) -> bool:
    """Puts one back on its way, for money if that was agreed to. False where it is not among those given up.

    It is tried for a day again. Somebody who left is tried too, since a person wants it so.
    """
    mine = and_(outbox.c.id == id_, outbox.c.status == "failed")
    values = {
        "status": "queued",
        "try_at": now(),
        "since": now(),
        "tries": 0,
        "deaths": 0,
        "error": None,
        "may_cost": may_cost,
    }
    with engine.begin() as connection:
        row = connection.execute(select(outbox.c.doubts, outbox.c.conversation_id).where(mine)).first()
        # That it may have arrived stays known; how often is counted anew.
        if (
            row is None
            or not connection.execute(update(outbox).where(mine).values(**values, doubts=min(row.doubts, 1))).rowcount
        ):
            return False
        whose = update(conversation).where(conversation.c.id == row.conversation_id)
        connection.execute(whose.values(left_at=None))
        return True


def drop(engine: Engine, id_: int) -> bool:
    """Takes one off the list; it stays in the transcript. False where it is not among those given up."""
    mine = and_(outbox.c.id == id_, outbox.c.status == "failed")
    with engine.begin() as connection:
        return bool(connection.execute(update(outbox).where(mine).values(status="dropped")).rowcount)
