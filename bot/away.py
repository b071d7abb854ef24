"""Whoever waits is told why, once: the engine is away, and a person reads it; or it is busy, and they are in line.

A message that nobody answers after a minute, while no worker is ready, opens a case. When the engine comes back it
answers what still waits, as it does with every case that nobody has taken; what a person has taken is theirs. A message
that no worker has come to in fifteen seconds, though one is ready, opens none.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import and_, exists, or_, select
from sqlalchemy.engine import Connection, Engine

from bot import logs, trying
from bot.conversation import Author, Kind, Reply, State
from bot.conversation.answer import Readiness
from bot.handover import opening, owning
from bot.handover.reasons import COUNTER, Reason
from bot.post import outbox
from bot.post.clock import ago
from bot.post.inbox import LEASE, Claimed
from bot.store.desk_tables import handover
from bot.store.tables import conversation, inbox, message
from bot.words import language_of, words
from procedures.typed import identify
from procedures.typed.identify import ANSWERED
from procedures.validity import utc

log = structlog.get_logger()

#: Seconds without a worker, and seconds that a message waits, before anybody is told.
PATIENCE = 60.0
#: Seconds that a message waits for a worker that is ready, before its citizen is told that they are in line.
IN_LINE = 15.0
#: Conversations that one look tells, so that after a long stop nothing else waits for thousands.
_AT_ONCE = 100
#: Whoever stands at the counter, and whoever tries a draft, sees it on the page.
_NOT_TOLD = (COUNTER, trying.CHANNEL)


@dataclass(frozen=True)
class _Why:
    """What is said, to whom, and whether a person is called."""

    key: str
    #: Seconds that a message waits before.
    patience: float
    whom: Callable[[], Any]
    calls: bool


@dataclass(frozen=True)
class Told:
    """Somebody who was told."""

    channel: str
    conversation_id: int


class Away:
    """Looks again and again; any number of processes may."""

    def __init__(
        self, database: Engine, readiness: Callable[[], str], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`readiness`: of the workers. `clock`: seconds, of a clock that nobody sets."""
        self._database, self._readiness, self._clock = database, readiness, clock
        self._reading = database.execution_options(motcua_read=True)
        #: Since when this process sees nobody who answers; None while somebody does.
        self._since: float | None = None

    def look(self) -> list[Told]:
        """Tells whoever waits for too long; returns whom."""
        if self._readiness() == Readiness.READY.value:
            self._since = None
            return self._tell_all(_BUSY)
        self._since = self._clock() if self._since is None else self._since
        if self._clock() - self._since < PATIENCE:
            return []
        return self._tell_all(_AWAY)

    def _tell_all(self, why: _Why) -> list[Told]:
        with self._reading.connect() as connection:
            waiting = connection.execute(_waiting(why)).scalars().all()
        return [told for id_ in waiting if (told := self._tell(id_, why)) is not None]

    def _tell(self, inbox_id: int, why: _Why) -> Told | None:
        """One conversation; another one's trouble is not the next one's."""
        try:
            with self._database.begin() as connection:
                return _told(connection, inbox_id, why)
        except Exception as error:
            log.error("away_failed", inbox=inbox_id, error=type(error).__name__, where=logs.where(error))
            return None


def taken(connection: Connection, claimed: Claimed) -> bool:
    """Whether a person has taken a message while the engine was away: then they answer it, or have."""
    if utc(claimed.received_at) > ago(PATIENCE):
        return False
    theirs = and_(
        handover.c.conversation_id == claimed.conversation_id,
        handover.c.reason.contains(Reason.AWAY.value),
        # Taken by somebody, or over and done with.
        or_(handover.c.claimed_at > claimed.received_at, handover.c.closed_at > claimed.received_at),
    )
    return bool(connection.execute(select(exists().where(theirs))).scalar())


def _told(connection: Connection, inbox_id: int, why: _Why) -> Told | None:
    """Judged again under the lock of the conversation."""
    whose = select(inbox.c.conversation_id).where(inbox.c.id == inbox_id)
    owning.lock_conversation(connection, connection.execute(whose).scalar_one())
    row = connection.execute(_rows().where(inbox.c.id == inbox_id, why.whom())).first()
    if row is None:
        return None
    language = _language(row)
    told = Reply(words().say(why.key, language))
    outbox.post(connection, row.conversation_id, row.channel, told, row.id, language)
    if why.calls:
        opening.open_case(connection, _as_claimed(row), Reason.AWAY.value)
    log.warning("wait_told", calls=why.calls, inbox=row.id, conversation=row.conversation_id)
    return Told(row.channel, row.conversation_id)


def _rows() -> Any:
    told = (inbox.c.id, inbox.c.conversation_id, inbox.c.channel, inbox.c.text, inbox.c.payload, inbox.c.kind)
    more = (inbox.c.received_at, inbox.c.attempts.label("attempt"), conversation.c.state, conversation.c.memory)
    return select(*told, *more).join(conversation, conversation.c.id == inbox.c.conversation_id)


def _unanswered() -> Any:
    """Nobody answers it at this moment, and its citizen can be told."""
    dead = and_(inbox.c.status == "claimed", inbox.c.claimed_at < ago(LEASE))
    reached = and_(conversation.c.state != State.WITH_STAFF.value, conversation.c.left_at.is_(None))
    return and_(or_(inbox.c.status == "new", dead), inbox.c.channel.not_in(_NOT_TOLD), reached)


def _without_case() -> Any:
    """Whoever was told of an engine that is away has one."""
    known = exists().where(
        handover.c.conversation_id == inbox.c.conversation_id,
        handover.c.reason.contains(Reason.AWAY.value),
        handover.c.status != "closed",
    )
    return and_(_unanswered(), ~known)


def _unheard() -> Any:
    """Nothing was said to them since, nor about another message of theirs that still waits; and it costs no last word.

    A channel may bring only so many words after a citizen's last one: the answer must still go.
    """
    other = inbox.alias()
    since = exists().where(
        message.c.conversation_id == inbox.c.conversation_id,
        message.c.author != Author.CITIZEN.value,
        message.c.created_at > inbox.c.received_at,
    )
    told = exists().where(
        other.c.conversation_id == inbox.c.conversation_id,
        other.c.status.in_(("new", "claimed")),
        message.c.inbox_id == other.c.id,
        message.c.author != Author.CITIZEN.value,
    )
    left = or_(conversation.c.replies_left.is_(None), conversation.c.replies_left > 2)
    return and_(_unanswered(), ~since, ~told, left)


_AWAY = _Why("engine_away", PATIENCE, _without_case, calls=True)
_BUSY = _Why("in_line", IN_LINE, _unheard, calls=False)


def _waiting(why: _Why) -> Any:
    """Messages that have waited for so long, the oldest first."""
    old = select(inbox.c.id).join(conversation, conversation.c.id == inbox.c.conversation_id)
    return old.where(inbox.c.received_at < ago(why.patience), why.whom()).order_by(inbox.c.id).limit(_AT_ONCE)


def _language(row: Any) -> str:
    """What was answered in last; of somebody new, what they write."""
    if row.memory:
        return language_of(row.memory)
    found = identify.language_of(row.text)
    return found if found in ANSWERED else "vi"


def _as_claimed(row: Any) -> Claimed:
    """For whoever opens a case; nobody answers it by this."""
    return Claimed(**{**row._mapping, "kind": Kind(row.kind), "state": State(row.state)})
