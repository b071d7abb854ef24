"""Messages that were not answered well: unanswered, unsure, refused, corrected, and those the bot should have known.

A message is read once (masked, folded, its place found) and kept in memory masked.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.engine import Connection

from bot.console.masking import masked
from bot.conversation import Kind, Outcome
from bot.handover.suggestions import place_of
from bot.post.clock import now
from bot.privacy.masking import MASK
from bot.store.desk_tables import lesson
from bot.store.tables import conversation, inbox, message, turn
from procedures.life_events import life_events
from procedures.places import places
from procedures.search.query import matter
from procedures.search.thresholds import thresholds
from procedures.typed.fold import fold, tokens
from procedures.validity import utc

#: Why a message is here, the gravest first.
WHYS = ("known", "corrected", "unanswered", "unsure", "refused")
#: Newest messages that are looked at.
MOST = 5000
#: Characters of a key, and seconds that one look may read messages it has not met.
_LONGEST_KEY, _BUDGET = 160, 0.12
_OUTCOMES = (Outcome.CLARIFY.value, Outcome.OUT_OF_SCOPE.value, Outcome.ERROR.value)
_CORRECT = "correct"


@dataclass(frozen=True)
class Line:
    """One message of a citizen's."""

    #: Of the inbox; negative, of the transcript, for a line that never went through it.
    id: int
    why: str
    conversation_id: int
    channel: str
    language: str
    #: Masked.
    text: str
    #: What it has in common with others that say the same; empty where it says nothing of a matter.
    key: str
    #: Five digits of a commune; empty where nobody knows.
    place: str
    #: What the bot took it for, best first; of a lesson, what somebody of the staff says it is.
    codes: tuple[str, ...]
    intent: str
    aspect: str
    at: datetime
    #: Of a lesson: what staff noted with it.
    note: str = ""


@dataclass(frozen=True)
class Read:
    """All lines that could be read by now, newest first; how many more there are to be read."""

    lines: tuple[Line, ...]
    left: int


def key_of(text: str) -> str:
    """What messages that say the same have in common: their matter without places, names, greetings and order."""
    return _key(places().find(masked(text).replace(MASK, " ")).rest)


def name_of(key: str) -> str:
    """Of a key, for addresses."""
    return hashlib.sha256(key.encode()).hexdigest()[:16]


class Lines:
    """Reads them; what it has read it keeps. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[tuple[int, int], tuple[str, str, str]] = {}

    def since(self, connection: Connection, days: int, *, whole: bool = False) -> Read:
        """Of the last days. `whole`: however long it takes to read them."""
        start = now() - timedelta(days=days)
        rows = sorted(_rows(connection, start), key=lambda row: row["id"], reverse=True)[:MOST]
        until = time.monotonic() + _BUDGET
        found, left = list[Line](), 0
        with self._lock:
            for row in rows:
                if _place(row) not in self._known and not whole and time.monotonic() > until:
                    left += 1
                    continue
                line = self._line(connection, row)
                if line.key:
                    found.append(line)
            self._forget(rows)
        return Read(tuple(found), left)

    def _line(self, connection: Connection, row: dict[str, Any]) -> Line:
        at = _place(row)
        if at not in self._known:
            self._known[at] = _read(connection, row)
        text, key, place = self._known[at]
        return Line(**{**row, "text": text}, key=key, place=place)

    def _forget(self, rows: Sequence[dict[str, Any]]) -> None:
        if len(self._known) > 3 * MOST:
            kept = set(map(_place, rows))
            self._known = {at: read for at, read in self._known.items() if at in kept}


def _place(row: dict[str, Any]) -> tuple[int, int]:
    """By its text too: citizens correct what they have typed."""
    return row["id"], hash(row["text"])


def _read(connection: Connection, row: dict[str, Any]) -> tuple[str, str, str]:
    if _is_event(row):
        return "", "", ""
    text = masked(row["text"])
    found = places().find(text.replace(MASK, " "))
    place = found.one.place.code if found.one else place_of(connection, row["conversation_id"])
    return text, _key(found.rest), place


def _key(rest: str) -> str:
    # Folded first, so that those who type accents and those who do not say the same.
    named = matter(fold(rest))
    syllables = [one for one in named.syllables if one not in named.faint] or tokens(rest)
    return " ".join(sorted(set(syllables)))[:_LONGEST_KEY]


def _is_event(row: dict[str, Any]) -> bool:
    """Somebody told what happened and was given the list of what to do: that is an answer."""
    listed = row["why"] == "unsure" and row["aspect"] == "overview"
    return listed and life_events().find(row["text"]) is not None


def _rows(connection: Connection, start: datetime) -> Iterator[dict[str, Any]]:
    """Newest first within each kind; a message that is here twice counts for the gravest reason."""
    first = first_since(connection, start)
    met = set[int]()
    for found in (_lessons(connection, start), _corrected(connection, first), _unclear(connection, first)):
        for row in found:
            if row["id"] not in met and (row["at"] >= start or row["why"] == "known"):
                met.add(row["id"])
                yield row


def first_since(connection: Connection, start: datetime) -> int:
    """The id of about the first message since then: ids grow with time, and no index on time is needed."""
    low, high = 0, int(connection.execute(select(func.max(inbox.c.id))).scalar() or 0) + 1
    while low < high:
        middle = (low + high) // 2
        later = select(inbox.c.received_at).where(inbox.c.id >= middle).order_by(inbox.c.id).limit(1)
        at = connection.execute(later).scalar()
        if at is None or utc(at) >= start:
            high = middle
        else:
            low = middle + 1
    return low


def _unclear(connection: Connection, first: int) -> Iterator[dict[str, Any]]:
    bad = and_(turn.c.inbox_id >= first, turn.c.outcome.in_(_OUTCOMES), inbox.c.payload == "", inbox.c.text != "")
    for row in connection.execute(_turns().where(bad).order_by(turn.c.inbox_id.desc()).limit(MOST)):
        hits = json.loads(row.procedures)
        sure = bool(hits) and hits[0]["score"] >= thresholds().offer
        clear = "unsure" if row.outcome == Outcome.CLARIFY.value and sure else "unanswered"
        why = "refused" if row.outcome == Outcome.OUT_OF_SCOPE.value else clear
        yield _told(row, why, tuple(hit["code"] for hit in hits) if sure else ())


def _corrected(connection: Connection, first: int) -> Iterator[dict[str, Any]]:
    """Answered, and the citizen said next that it was not that."""
    said, before = turn.alias("said"), inbox.alias("before")
    previous = select(func.max(before.c.id)).where(
        before.c.conversation_id == said.c.conversation_id, before.c.id < said.c.inbox_id
    )
    ids = select(previous.scalar_subquery()).where(said.c.inbox_id >= first, said.c.intent == _CORRECT)
    found = [id_ for id_ in connection.execute(ids.order_by(said.c.inbox_id.desc()).limit(MOST)).scalars() if id_]
    for at in range(0, len(found), 500):
        typed = and_(turn.c.inbox_id.in_(found[at : at + 500]), inbox.c.payload == "", inbox.c.text != "")
        answered = turn.c.outcome == Outcome.ANSWERED.value
        for row in connection.execute(_turns().where(typed, answered)):
            yield _told(row, "corrected", ())


def _lessons(connection: Connection, start: datetime) -> Iterator[dict[str, Any]]:
    told = (lesson.c.code, lesson.c.intent, lesson.c.note, lesson.c.message_id, message.c.inbox_id, message.c.text)
    more = (message.c.language, message.c.conversation_id, message.c.created_at, conversation.c.channel)
    joined = lesson.join(message, message.c.id == lesson.c.message_id)
    joined = joined.join(conversation, conversation.c.id == message.c.conversation_id)
    open_ = or_(lesson.c.created_at >= start, message.c.created_at >= start)
    rows = select(*told, *more).select_from(joined).where(open_, message.c.text != "")
    for row in connection.execute(rows.order_by(lesson.c.id.desc()).limit(MOST)):
        told_by = {"codes": (row.code,) if row.code else (), "intent": row.intent, "aspect": "", "note": row.note}
        who = {"conversation_id": row.conversation_id, "channel": row.channel, "language": row.language}
        at = {"id": row.inbox_id or -row.message_id, "why": "known", "text": row.text, "at": utc(row.created_at)}
        yield {**at, **who, **told_by}


def _turns() -> Any:
    told = (turn.c.inbox_id, turn.c.outcome, turn.c.intent, turn.c.aspect, turn.c.procedures)
    said = (
        turn.c.language,
        turn.c.reply_language,
        inbox.c.text,
        inbox.c.channel,
        inbox.c.conversation_id,
        inbox.c.received_at,
    )
    texts = inbox.c.kind == Kind.TEXT.value
    return select(*told, *said).join(inbox, inbox.c.id == turn.c.inbox_id).where(texts)


def _told(row: Any, why: str, codes: tuple[str, ...]) -> dict[str, Any]:
    language = row.language if row.language not in ("", "und") else row.reply_language
    who = {"conversation_id": row.conversation_id, "channel": row.channel, "language": language}
    what = {"codes": codes, "intent": row.intent, "aspect": row.aspect, "text": row.text}
    what["at"] = utc(row.received_at)
    return {"id": row.inbox_id, "why": why, **who, **what}
