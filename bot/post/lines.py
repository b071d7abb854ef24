"""How each channel stands: what waits, what was given up, whether it is paused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, func, select, update
from sqlalchemy.engine import Connection, Engine

from bot.post.clock import now
from bot.post.outbox import switched_off
from bot.store.channel_tables import channel_pause
from bot.store.tables import conversation, outbox


@dataclass(frozen=True)
class Line:
    """One channel. `paused` says why nothing is sent; empty where it is."""

    name: str
    conversations: int
    waiting: int
    given_up: int
    paused: str
    heard_at: datetime | None


def line(engine: Engine, name: str) -> Line:
    """How a channel stands now."""
    with engine.connect() as connection:
        mine = conversation.c.channel == name
        heard = select(func.count(), func.max(conversation.c.heard_at)).select_from(conversation).where(mine)
        conversations, heard_at = connection.execute(heard).one()
        waiting = _letters(connection, name, ("queued", "sending"))
        failed = _letters(connection, name, ("failed",))
        paused = and_(channel_pause.c.channel.in_((name, switched_off(name))), channel_pause.c.until > now())
        reason = connection.execute(select(channel_pause.c.reason).where(paused)).scalar()
    return Line(name, conversations, waiting, failed, reason or "", heard_at)


def resume(engine: Engine, name: str) -> bool:
    """Ends a pause; what waited for it is due at once. False where there was none."""
    waiting = and_(outbox.c.channel == name, outbox.c.status == "queued", outbox.c.try_at > now())
    with engine.begin() as connection:
        connection.execute(update(outbox).where(waiting).values(try_at=now()))
        return bool(connection.execute(delete(channel_pause).where(channel_pause.c.channel == name)).rowcount)


def _letters(connection: Connection, name: str, statuses: tuple[str, ...]) -> int:
    mine = and_(outbox.c.channel == name, outbox.c.status.in_(statuses))
    return int(connection.execute(select(func.count()).select_from(outbox).where(mine)).scalar() or 0)
