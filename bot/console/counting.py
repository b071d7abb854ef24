"""Counts the messages of each day, once it is there and until it is over: what pages of numbers read.

A count names nobody and is small, so that a year of a million messages opens at once, and stays when messages are
forgotten. Conversations in which staff found nothing but noise are left out, and so is the press that opens one.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import structlog
from sqlalchemy import and_, delete, func, insert, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from bot import logs
from bot.conversation import Kind, Outcome
from bot.post.clock import now
from bot.store.number_tables import number_day, number_part
from bot.store.tables import conversation, inbox, turn
from procedures.validity import day_of, end_of, utc

log = structlog.get_logger()

#: What comes of a message, each of one kind. "staff": a person answers the conversation. Columns of number_part.
CAME = ("answered", "other", "refused", "unsure", "handed_over", "staff", "failed")
#: Seconds up to which an answer may take, one after another; longer than the last is the last count.
WAITS = (0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 60.0, 300.0)
#: Seconds between two counts of today, and between two days where many are still to be counted.
EVERY, _NEXT = 60.0, 0.2
#: A day is final this long after its end: what came in its last minute is answered by then.
_SETTLED = timedelta(hours=1)
#: Messages, and conversations, that are read at once. Messages come a little out of order; none by so much.
_CHUNK, _CONVERSATIONS, _OUT_OF_ORDER, _BEHIND = 5000, 500, timedelta(minutes=10), 1000
_DAY = timedelta(days=1)
_LONGEST = 40
_KIND = {
    **dict.fromkeys((Outcome.ANSWERED, Outcome.GUIDE, Outcome.STATUS), "answered"),
    Outcome.OUT_OF_SCOPE: "refused",
    Outcome.CLARIFY: "unsure",
    Outcome.HANDED_OVER: "handed_over",
    Outcome.ERROR: "failed",
}
#: What is about one procedure.
_ABOUT = (Outcome.ANSWERED.value, Outcome.GUIDE.value, Outcome.HANDED_OVER.value)


class Counting:
    """Counts again and again; any number of processes may."""

    def __init__(self, database: Engine) -> None:
        self._database = database

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            waiting = 0
            try:
                waiting = await asyncio.to_thread(count, self._database, most=1)
            except Exception as error:
                log.error("counting_failed", error=type(error).__name__, where=logs.where(error))
            await asyncio.sleep(_NEXT if waiting else EVERY)


def count(database: Engine, at: datetime | None = None, most: int | None = None) -> int:
    """Counts the days that are not final, the oldest first, at most so many that are over; how many are left."""
    moment = at or now()
    reading = database.execution_options(motcua_read=True)
    with reading.connect() as connection:
        days, after = _open_days(connection, moment)
    over = [day for day in days if _is_over(day, moment)]
    chosen = days if most is None or len(over) <= most else over[:most]
    for day in chosen:
        with reading.connect() as connection:
            tally = _Tally.of(connection, day, after)
        after = tally.last_inbox
        # Another process may keep the same day at this moment: it has counted the same.
        with contextlib.suppress(IntegrityError), database.begin() as connection:
            _keep(connection, day, tally, moment)
    return len(days) - len(chosen)


def _is_over(day: date, at: datetime) -> bool:
    return at >= end_of(day) + _SETTLED


def _open_days(connection: Connection, at: datetime) -> tuple[list[date], int]:
    """Days from the first that is not final through today, and the last message before them."""
    closed = select(number_day.c.day, number_day.c.last_inbox).where(number_day.c.final)
    row = connection.execute(closed.order_by(number_day.c.day.desc()).limit(1)).first()
    if row:
        first, after = date.fromisoformat(row.day) + _DAY, row.last_inbox
    else:
        begun = connection.execute(select(inbox.c.received_at).order_by(inbox.c.id).limit(1)).scalar()
        first, after = day_of(utc(begun)) if begun else day_of(at), 0
    return [first + _DAY * number for number in range((day_of(at) - first).days + 1)], after


@dataclass
class _Part:
    """Messages that have something in common."""

    people: set[int] = field(default_factory=set)
    came: Counter[str] = field(default_factory=Counter)


@dataclass
class _Tally:
    """A day as it is counted."""

    last_inbox: int
    parts: defaultdict[tuple[str, str], _Part] = field(default_factory=lambda: defaultdict(_Part))
    waits: list[int] = field(default_factory=lambda: [0] * (len(WAITS) + 1))

    @classmethod
    def of(cls, connection: Connection, day: date, after: int) -> _Tally:
        """Reads the messages of a day, all of which come after this one."""
        tally = cls(after)
        tally.parts["all", ""]
        start, end = end_of(day - _DAY), end_of(day)
        for rows in _chunks(connection, after, end + _OUT_OF_ORDER):
            today = [row for row in rows if start <= utc(row.received_at) < end]
            known = _known(connection, {row.conversation_id for row in today})
            for row in today:
                tally.add(row, known.get(row.conversation_id))
        return tally

    def add(self, row: Any, who: _Who | None) -> None:
        """One message; noise counts for nothing."""
        self.last_inbox = max(self.last_inbox, row.id)
        if who is None or row.kind == Kind.START.value:
            return
        for about in _parts(row, who):
            part = self.parts[about]
            part.people.add(who.person)
            part.came[_came(row)] += 1
        if row.kept_at:
            took = (utc(row.kept_at) - utc(row.received_at)).total_seconds()
            self.waits[bisect_left(WAITS, took)] += 1


@dataclass(frozen=True)
class _Who:
    """What is counted of a conversation."""

    person: int
    place: str
    language: str


def _chunks(connection: Connection, after: int, until: datetime) -> Iterator[Sequence[Any]]:
    """Messages in the order in which they came, until one came later than that: read by their number alone."""
    after -= _BEHIND
    columns = (inbox.c.id, inbox.c.conversation_id, inbox.c.channel, inbox.c.kind, inbox.c.status, inbox.c.received_at)
    answers = (turn.c.outcome, turn.c.language, turn.c.reply_language, turn.c.procedures)
    wanted = select(*columns, *answers, turn.c.created_at.label("kept_at"))
    wanted = wanted.select_from(inbox.outerjoin(turn, turn.c.inbox_id == inbox.c.id)).order_by(inbox.c.id)
    rows: Sequence[Any] = (None,)
    while rows:
        rows = connection.execute(wanted.where(inbox.c.id > after).limit(_CHUNK)).all()
        if rows:
            yield rows
            after = rows[-1].id
            if utc(rows[-1].received_at) >= until:
                return


def _known(connection: Connection, ids: set[int]) -> dict[int, _Who]:
    """Who they are, but those of noise."""
    person = func.coalesce(conversation.c.person, conversation.c.id).label("person")
    wanted = select(conversation.c.id, person, conversation.c.memory).where(conversation.c.spam_at.is_(None))
    found, ordered = {}, sorted(ids)
    for start in range(0, len(ordered), _CONVERSATIONS):
        some = ordered[start : start + _CONVERSATIONS]
        for row in connection.execute(wanted.where(conversation.c.id.in_(some))):
            slots = json.loads(row.memory).get("slots", {}) if row.memory else {}
            place, language = (str(slots.get(name) or "") for name in ("place", "language"))
            found[row.id] = _Who(row.person, place, language)
    return found


def _parts(row: Any, who: _Who) -> Iterable[tuple[str, str]]:
    """All that a message is counted under."""
    told = row.language if row.language not in (None, "und") else row.reply_language or who.language
    yield "all", ""
    yield "channel", row.channel[:_LONGEST]
    yield "language", told[:_LONGEST]
    yield "place", who.place[:_LONGEST]
    if row.outcome in _ABOUT and (linked := json.loads(row.procedures)):
        yield "code", str(linked[0]["code"])[:_LONGEST]


def _came(row: Any) -> str:
    """One of CAME; "" for a message that is not answered yet."""
    if row.outcome:
        return _KIND.get(Outcome(row.outcome), "other")
    return {"done": "staff", "failed": "failed"}.get(row.status, "")


def _keep(connection: Connection, day: date, tally: _Tally, at: datetime) -> None:
    """In place of what was counted before. What another process has counted later, or made final, stays as it is."""
    name = day.isoformat()
    older = and_(number_day.c.day == name, number_day.c.final.is_(False), number_day.c.counted_at <= at)
    connection.execute(delete(number_day).where(older))
    if connection.execute(select(number_day.c.day).where(number_day.c.day == name)).first():
        return
    people = np.array(sorted(tally.parts["all", ""].people), dtype="<i4").tobytes()
    values = {"day": name, "people": people, "waits": json.dumps(tally.waits), "last_inbox": tally.last_inbox}
    connection.execute(insert(number_day).values(**values, final=_is_over(day, at), counted_at=at))
    connection.execute(delete(number_part).where(number_part.c.day == name))
    rows = [
        {"day": name, "about": about, "name": called, **_row(part)} for (about, called), part in tally.parts.items()
    ]
    connection.execute(insert(number_part), [{"day": name, **row} for row in rows])


def _row(part: _Part) -> dict[str, int]:
    counts = {kind: part.came[kind] for kind in CAME}
    return {"messages": sum(part.came.values()), "visits": len(part.people), **counts}
