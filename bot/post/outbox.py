"""The outbox: what is still to be delivered, in order within a conversation."""

from __future__ import annotations

import contextlib
import json
import random
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from sqlalchemy import and_, bindparam, insert, or_, select, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from bot.channels.port import Delivery
from bot.conversation import Author, Button, Outbound, Reply
from bot.errors import SendFailed, Unreachable
from bot.post import voices
from bot.post.clock import now
from bot.post.fair import next_letter
from bot.post.settling import Settling
from bot.store.channel_tables import channel_pause
from bot.store.tables import conversation, delivery, message, outbox

#: Seconds until a message whose sender died is tried again; longer than any provider is waited for.
LEASE = 60.0
#: For so long a message is tried again; then it is given up, and a person sees it in the list.
TOO_LONG = timedelta(hours=24)
#: Tries that may have got through: another copy helps nobody. After each it waits so many times longer: what loses
#: answers is seldom over in a second, and the next try may be one more copy.
MOST_DOUBTS, _DOUBTFUL = 5, 4.0
#: Processes that a letter may end, though the provider can tell each time that it was not sent.
MOST_DEATHS = 20
#: Longest pause between two tries, in seconds.
LONGEST_PAUSE = 900.0
#: No try and no pause lies further ahead than this; one that does was set by a clock that has been set back since.
FARTHEST = timedelta(hours=2)

# Made once: to make a statement takes longer than to send it. What is set is told with the parameters.
_CLAIMED = update(outbox).where(
    outbox.c.id == bindparam("letter"), outbox.c.attempts == bindparam("attempt"), outbox.c.status == "sending"
)
_AS_SEEN = update(outbox).where(
    and_(
        *(outbox.c[name] == bindparam(f"seen_{name}") for name in ("id", "attempts", "status")),
        or_(outbox.c.try_at <= bindparam("due"), outbox.c.try_at > bindparam("far"), outbox.c.attempts == 0),
    )
)


@dataclass(frozen=True)
class Letter:
    """One message that one sender delivers now."""

    id: int
    channel: str
    attempt: int
    outbound: Outbound
    #: Parts of it that have arrived.
    done: int
    #: What goes with it is among them; a link in the words has to do where it could not be brought.
    carried: bool
    #: Tries so far, this one not counted, and those of them that may have got through without our knowing.
    tries: int
    doubts: int
    #: Somebody has said yes to what it costs.
    may_cost: bool
    #: When it was written (or before, where the clock was set lately), put on its way, and claimed.
    created_at: datetime
    since: datetime
    claimed_at: datetime
    #: When the citizen last did something, and the free replies left; None where nobody knows.
    heard_at: datetime | None
    replies_left: int | None
    #: The citizen has left.
    left: bool
    #: Until when the claim lasts, by time.monotonic(), which nobody sets.
    lasts: float = field(default_factory=lambda: lasting())


def post(
    connection: Connection,
    conversation_id: int,
    channel: str,
    reply: Reply,
    inbox_id: int | None,
    language: str = "vi",
    *,
    staff_id: int | None = None,
    may_cost: bool = False,
    later: bool = False,
    arrived: bool = False,
) -> int:
    """Adds a reply to the transcript and to the outbox, in the caller's transaction. Returns the id of its line.

    `staff_id`: who of the staff says it; without one the bot does. `may_cost`: somebody agrees to what it costs.
    `later`: nobody waits for it, so that it goes when no answer does. `arrived`: whoever reads it finds it in the
    transcript, and the caller wakes them; no sender has to do with it.
    """
    moment = now()
    line = {
        "conversation_id": conversation_id,
        "author": (Author.BOT if staff_id is None else Author.STAFF).value,
        "staff_id": staff_id,
        "text": reply.text,
        "buttons": json.dumps([vars(button) for button in reply.buttons], ensure_ascii=False),
        "encloses": reply.encloses or (voices.of(reply.text) if staff_id is None else ""),
        "language": language,
        "inbox_id": inbox_id,
        "created_at": moment,
    }
    message_id = int(connection.execute(insert(message), line).inserted_primary_key[0])
    letter = {"message_id": message_id, "conversation_id": conversation_id, "channel": channel}
    how = {"may_cost": may_cost, "later": later, "try_at": moment, "since": moment}
    way = {"status": "sent", "sent_at": moment} if arrived else {}
    connection.execute(insert(outbox), {**letter, **how, **way})
    if arrived:
        part = {"message_id": message_id, "part": 0, "channel": channel, "channel_message_id": ""}
        connection.execute(insert(delivery), part)
    return message_id


class Outbox:
    """Messages on their way on one channel."""

    def __init__(self, engine: Engine, channel: str) -> None:
        self._engine = engine
        # Looking must not wait for those who write.
        self._reading = engine.execution_options(motcua_read=True)
        self._channel = channel
        self._settling = Settling(engine, channel)

    def claim(self) -> Letter | None:
        """The oldest due message of a conversation with nothing older unsent, answers first; None if none is due."""
        lapsed = self._settling.lapsed(LEASE)
        locks = self._engine.dialect.name != "sqlite"
        while True:
            # SQLite lets one write at a time, so that whoever looks should not be the one.
            with contextlib.nullcontext() if locks else self._reading.connect() as looking:
                seen = _oldest(looking, self._channel, lapsed) if looking else None
            if seen is None and not locks:
                return None
            with self._engine.begin() as connection:
                row = _oldest(connection, self._channel, lapsed) if locks else seen
                if row is None:
                    return None
                died = row.status == "sending"
                if row.deaths + died <= MOST_DEATHS and row.doubts + died <= MOST_DOUBTS:
                    return _letter(row, self._settling.apart) if _mark_sending(connection, row) else None
                if not _as_seen(connection, row, status="failed", error="died with it"):
                    return None

    def delivered(self, letter: Letter, part: int, told: Delivery, last: bool) -> bool:
        """The channel has one more part; with the last one the message is sent.

        False where the claim has run out: somebody else sends the rest.
        """
        row = {"message_id": letter.outbound.message_id, "part": part, "channel": letter.channel}
        with self._engine.begin() as connection:
            if not _settle(connection, letter, **_now_sent() if last else {"try_at": _leased()}):
                return False
            connection.execute(insert(delivery), {**row, "channel_message_id": told.channel_message_id})
            if told.replies_left is not None:
                _note(connection, letter, replies_left=told.replies_left)
        return True

    def known(self, letter: Letter) -> frozenset[str]:
        """Ids of what the conversation has certainly got since the letter was written."""
        whose = message.c.conversation_id == letter.outbound.conversation_id
        later = and_(whose, or_(outbox.c.sent_at.is_(None), outbox.c.sent_at >= letter.created_at))
        ids = select(delivery.c.channel_message_id).join(message, message.c.id == delivery.c.message_id)
        ids = ids.outerjoin(outbox, outbox.c.message_id == message.c.id).where(later)
        with self._reading.connect() as connection:
            return frozenset(connection.execute(ids).scalars())

    def doubt_settled(self, letter: Letter) -> None:
        """The provider has told what became of the earlier tries."""
        with self._engine.begin() as connection:
            _settle(connection, letter, doubts=0)

    def failed(self, letter: Letter, failure: SendFailed) -> None:
        """Tries again later, or gives it up with the reason kept."""
        doubts = letter.doubts + failure.perhaps_sent
        values = {"error": str(failure), "tries": letter.tries + 1, "doubts": doubts}
        wait = _next_try(letter, failure)
        later = {"status": "failed"} if wait is None else {"status": "queued", "try_at": now() + wait}
        with self._engine.begin() as connection:
            if _settle(connection, letter, **values, **later) and isinstance(failure, Unreachable):
                _note(connection, letter, left_at=now())
        if failure.whole_channel:
            self._pause(letter.channel, str(failure), failure.retry_after or 0)

    def _pause(self, channel: str, reason: str, seconds: float) -> None:
        """Until then, or until later where that was said before."""
        until = now() + timedelta(seconds=seconds)
        mine = and_(channel_pause.c.channel == channel, channel_pause.c.until < until)
        with contextlib.suppress(IntegrityError), self._engine.begin() as connection:
            if connection.execute(update(channel_pause).where(mine).values(reason=reason, until=until)).rowcount:
                return
            # Fails where there is one already: somebody paused it at the same moment, or for longer.
            row = {"channel": channel, "reason": reason, "until": until, "since": now()}
            connection.execute(insert(channel_pause).values(row))


def lasting() -> float:
    """Until when a claim of this moment lasts, by time.monotonic()."""
    return time.monotonic() + LEASE


def switched_off(channel: str) -> str:
    """What channel_pause calls a channel that a person has stopped: nothing but a person starts it again."""
    return f"off:{channel}"


def buttons(column: str) -> tuple[Button, ...]:
    """The buttons that `post` stored."""
    return tuple(Button(**button) for button in json.loads(column))


def _settle(connection: Connection, letter: Letter, **values: object) -> bool:
    """False where the claim has run out and somebody else has the letter."""
    told = {"letter": letter.id, "attempt": letter.attempt, **values}
    return bool(connection.execute(_CLAIMED, told).rowcount == 1)


def _note(connection: Connection, letter: Letter, **values: object) -> None:
    """What a try told of the citizen, unless they have written since: then it is no longer true."""
    whose = conversation.c.id == letter.outbound.conversation_id
    silent = or_(conversation.c.heard_at.is_(None), conversation.c.heard_at <= letter.claimed_at)
    connection.execute(update(conversation).where(whose, silent).values(**values))


def _now_sent() -> dict[str, object]:
    return {"status": "sent", "sent_at": now(), "error": None}


def _next_try(letter: Letter, failure: SendFailed) -> timedelta | None:
    """When; None for never. Each wait is longer than the last, and none quite like another's."""
    if failure.retry_after is None or now() - letter.since > TOO_LONG:
        return None
    if failure.perhaps_sent and letter.doubts + 1 >= MOST_DOUBTS:
        return None
    wait = 2.0 ** min(letter.tries + 1, 10) * (_DOUBTFUL if failure.perhaps_sent else 1.0)
    longer = min(wait, LONGEST_PAUSE) * random.uniform(0.5, 1.0)  # noqa: S311  # no secret
    return timedelta(seconds=failure.retry_after or longer)


def _letter(row: Any, apart: timedelta) -> Letter:
    reply = Reply(row.text, buttons(row.buttons), row.encloses)
    return Letter(
        id=row.id,
        channel=row.channel,
        attempt=row.attempts + 1,
        outbound=Outbound(row.message_id, row.conversation_id, row.address, reply, row.language),
        done=row.done,
        carried=bool(row.carried),
        tries=row.tries,
        doubts=row.doubts + (row.status == "sending"),
        may_cost=row.may_cost,
        created_at=_aware(row.created_at) - apart,
        since=_aware(row.since),
        claimed_at=now(),
        heard_at=row.heard_at and _aware(row.heard_at),
        replies_left=row.replies_left,
        left=row.left_at is not None,
    )


def _aware(moment: datetime) -> datetime:
    """SQLite forgets the zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def _oldest(connection: Connection, channel: str, lapsed: bool = True) -> Any:
    """The row of the letter that goes next, locked; None where none is due."""
    moment, off = now(), switched_off(channel)
    which = {"on": channel, "on_off": off, "stopped": [channel, off], "lapsed": lapsed}
    return connection.execute(next_letter(), {**which, "due": moment, "far": moment + FARTHEST}).first()


def _leased() -> datetime:
    return now() + timedelta(seconds=LEASE)


def _mark_sending(connection: Connection, row: Any) -> bool:
    """A letter whose sender died may have got through: that is noted before anything else can go wrong."""
    died = row.status == "sending"
    counts = {"attempts": row.attempts + 1, "doubts": row.doubts + died, "deaths": row.deaths + died}
    values = {"status": "sending", "try_at": _leased(), **counts}
    return _as_seen(connection, row, **values)


def _as_seen(connection: Connection, row: Any, **values: object) -> bool:
    """Changes a letter unless somebody was faster."""
    moment = now()
    seen = {"seen_id": row.id, "seen_attempts": row.attempts, "seen_status": row.status}
    told = {**seen, "due": moment, "far": moment + FARTHEST, **values}
    return bool(connection.execute(_AS_SEEN, told).rowcount == 1)
