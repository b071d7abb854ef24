"""Whose message is answered next, and which letter goes next.

Each question is put together once: that takes longer than to ask it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Boolean, and_, bindparam, exists, func, or_, select

from bot.store.channel_tables import channel_pause
from bot.store.tables import conversation, delivery, inbox, message, outbox
from procedures.validity import utc

#: How far apart the messages of one person stand in the line while they wait.
TURN = timedelta(seconds=0.5)


def turn_of(last: datetime | None, moment: datetime) -> datetime:
    """When a message's turn comes: now, or TURN after that of the one before it that still waits.

    So whoever sends a hundred messages waits behind those who send one.
    """
    return moment if last is None else max(moment, utc(last) + TURN)


@lru_cache(maxsize=1)
def next_in_line() -> Any:
    """The fairest of the messages that nobody holds up."""
    other = inbox.alias()
    earlier = and_(
        other.c.status == "new",
        or_(other.c.sent_at < inbox.c.sent_at, and_(other.c.sent_at == inbox.c.sent_at, other.c.id < inbox.c.id)),
    )
    # One in progress, or one that was sent earlier and came later.
    held_up = exists().where(
        and_(other.c.conversation_id == inbox.c.conversation_id, or_(other.c.status == "claimed", earlier))
    )
    return (
        select(
            inbox.c.id,
            inbox.c.conversation_id,
            inbox.c.channel,
            inbox.c.text,
            inbox.c.payload,
            inbox.c.kind,
            inbox.c.received_at,
            conversation.c.state,
            conversation.c.memory,
            (inbox.c.attempts + 1).label("attempt"),
        )
        .join(conversation, conversation.c.id == inbox.c.conversation_id)
        .where(inbox.c.status == "new", ~held_up)
        .order_by(inbox.c.fair_at, inbox.c.id)
        .limit(1)
        # Several workers on PostgreSQL each take another one; SQLite lets them in one by one.
        .with_for_update(of=inbox, skip_locked=True)
    )


@lru_cache(maxsize=1)
def next_letter() -> Any:
    """The oldest letter of a channel that nothing holds up, answers first.

    Asked with `on` (the channel), `on_off` (as bot.post.outbox.switched_off calls it), `stopped` (both), `due` (now),
    `far` (later than any letter is put off), `lapsed` (whether claims that seem to have run out have).
    """
    older = outbox.alias()
    unsent = older.c.status.in_(("queued", "sending"))
    # A reminder that waits for its turn must not keep an answer back.
    overtakes = and_(older.c.later, older.c.status == "queued", ~outbox.c.later)
    before = and_(older.c.conversation_id == outbox.c.conversation_id, older.c.id < outbox.c.id)
    held_up = exists().where(before, unsent, ~overtakes)
    stopped = channel_pause.c.channel.in_(bindparam("stopped", expanding=True))
    by_hand = channel_pause.c.channel == bindparam("on_off")
    lasts = and_(channel_pause.c.until > bindparam("due"), or_(by_hand, channel_pause.c.until < bindparam("far")))
    paused = exists().where(and_(stopped, lasts))
    in_time = or_(outbox.c.try_at <= bindparam("due"), outbox.c.try_at > bindparam("far"), outbox.c.attempts == 0)
    died = and_(outbox.c.status == "sending", bindparam("lapsed", type_=Boolean))
    due = and_(or_(outbox.c.status == "queued", died), in_time)
    arrived = delivery.c.message_id == outbox.c.message_id
    done = select(func.count()).where(arrived).scalar_subquery()
    carried = select(func.count()).where(arrived, delivery.c.part == 0, delivery.c.channel_message_id != "")
    letter = (outbox.c.id, outbox.c.channel, outbox.c.status, outbox.c.attempts, outbox.c.may_cost)
    tried = (outbox.c.tries, outbox.c.doubts, outbox.c.deaths, outbox.c.since)
    whose = (conversation.c.address, conversation.c.heard_at, conversation.c.replies_left, conversation.c.left_at)
    said = (message.c.text, message.c.buttons, message.c.encloses, message.c.language, message.c.created_at)
    return (
        select(*letter, *tried, outbox.c.message_id, outbox.c.conversation_id, *whose, *said, done.label("done"))
        .add_columns(carried.scalar_subquery().label("carried"))
        .join(conversation, conversation.c.id == outbox.c.conversation_id)
        .join(message, message.c.id == outbox.c.message_id)
        .where(outbox.c.channel == bindparam("on"), due, ~held_up, ~paused)
        .order_by(outbox.c.later, outbox.c.id)
        .limit(1)
        .with_for_update(of=outbox, skip_locked=True)
    )
