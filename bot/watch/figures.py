"""What the database tells of the moment: who waits, for how long, on which channel. Cheap: each query uses an index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, select, text
from sqlalchemy.engine import Connection

from bot.conversation import State
from bot.post.clock import ago, now
from bot.post.outbox import switched_off
from bot.store.channel_tables import channel_pause, channel_token
from bot.store.desk_tables import handover
from bot.store.tables import conversation, inbox, outbox, worker
from bot.watch import signs
from bot.watch.signs import Sign
from procedures.validity import utc

#: Seconds of silence after which a worker is taken for dead, as bot.post.pulse does.
_DEAD_AFTER = 15.0
#: A refresh token of Zalo is good for three months from its last use; other channels have tokens that do not end.
_TOKEN_LASTS = timedelta(days=90)
_OPEN = ("waiting", "with_staff")


@dataclass(frozen=True)
class Figures:
    """All spans are seconds; none below 0."""

    #: Readiness → processes that say so.
    workers: Mapping[str, int]
    #: Messages that nobody has begun to answer, and how long the oldest waits; those that staff answer do not count.
    inbox_waiting: int
    inbox_oldest: float
    #: (channel, status) → letters that are not sent; channel → how long the oldest of them is on its way.
    letters: Mapping[tuple[str, str], int]
    outbox_oldest: Mapping[str, float]
    #: (office, status) → open cases.
    cases: Mapping[tuple[int, str], int]
    overdue: int
    #: Channels that send nothing now, with the reason.
    paused: Mapping[str, str]
    #: Channel → until its token ends, unless it is renewed before; below 0 where it has.
    tokens: Mapping[str, float]
    #: Of the database, in bytes.
    size: int
    signs: Mapping[str, Sign]
    #: How far the newest line of the transcript lies in the future: a clock that was set back.
    ahead: float


def read(connection: Connection) -> Figures:
    """Everything at once, in one reading transaction."""
    waiting, since = connection.execute(_waiting()).one()
    return Figures(
        workers=_workers(connection),
        inbox_waiting=waiting,
        inbox_oldest=_age(since),
        letters=_counted(connection, outbox.c.channel, outbox.c.status, _unsent()),
        outbox_oldest=_oldest_letters(connection),
        cases=_counted(connection, handover.c.office_id, handover.c.status, handover.c.status.in_(_OPEN)),
        overdue=_overdue(connection),
        paused=_paused(connection),
        tokens=_tokens(connection),
        size=_size(connection),
        signs=signs.every(connection),
        ahead=_ahead(connection),
    )


def _age(moment: datetime | None) -> float:
    return max(0.0, (now() - utc(moment)).total_seconds()) if moment else 0.0


def _workers(connection: Connection) -> dict[str, int]:
    alive = select(worker.c.readiness, func.count()).where(worker.c.seen_at > ago(_DEAD_AFTER))
    return dict(connection.execute(alive.group_by(worker.c.readiness)).all())


def _waiting() -> Any:
    ours = and_(inbox.c.status == "new", conversation.c.state != State.WITH_STAFF.value)
    joined = inbox.join(conversation, conversation.c.id == inbox.c.conversation_id)
    return select(func.count(), func.min(inbox.c.received_at)).select_from(joined).where(ours)


def _unsent() -> Any:
    return outbox.c.status.in_(("queued", "sending", "failed"))


def _counted(connection: Connection, first: Any, second: Any, which: Any) -> dict[tuple[Any, str], int]:
    rows = connection.execute(select(first, second, func.count()).where(which).group_by(first, second)).all()
    return {(one, two): count for one, two, count in rows}


def _oldest_letters(connection: Connection) -> dict[str, float]:
    queued = outbox.c.status.in_(("queued", "sending"))
    oldest = select(outbox.c.channel, func.min(outbox.c.since)).where(queued).group_by(outbox.c.channel)
    return {channel: _age(since) for channel, since in connection.execute(oldest)}


def _overdue(connection: Connection) -> int:
    late = and_(handover.c.status.in_(_OPEN), handover.c.waits_since.is_not(None), handover.c.due_at < now())
    return int(connection.execute(select(func.count()).where(late)).scalar() or 0)


def _paused(connection: Connection) -> dict[str, str]:
    rows = connection.execute(select(channel_pause).where(channel_pause.c.until > now())).all()
    off = switched_off("")
    return {
        row.channel.removeprefix(off): "switched off" if row.channel.startswith(off) else row.reason for row in rows
    }


def _tokens(connection: Connection) -> dict[str, float]:
    kept = select(channel_token.c.channel, channel_token.c.kept_at).where(channel_token.c.kept_at.is_not(None))
    return {row.channel: (utc(row.kept_at) + _TOKEN_LASTS - now()).total_seconds() for row in connection.execute(kept)}


def _size(connection: Connection) -> int:
    if connection.dialect.name == "postgresql":
        # As the last vacuum counted it: pg_database_size asks the disk for each file, a tenth of a second.
        counted = "SELECT sum(relpages::bigint) * current_setting('block_size')::bigint FROM pg_class"
        return int(connection.execute(text(counted)).scalar() or 0)
    pages, each = (connection.execute(text(f"PRAGMA page_{what}")).scalar() or 0 for what in ("count", "size"))
    return int(pages) * int(each)


def _ahead(connection: Connection) -> float:
    """By the newest message; what is written next begins from there."""
    newest = select(inbox.c.received_at).order_by(inbox.c.id.desc()).limit(1)
    moment = connection.execute(newest).scalar()
    return max(0.0, (utc(moment) - now()).total_seconds()) if moment else 0.0
