"""What a citizen reads at once: who answers, who waits before them, when, in which language, and what they may do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.engine import Connection

from bot.accounts import people
from bot.handover import offices, routing, spoken
from bot.handover.kinds import Status
from bot.handover.offices import Office
from bot.post.clock import now
from bot.store.desk_tables import handover
from bot.store.tables import conversation
from bot.words import words
from procedures.validity import utc


def opened(connection: Connection, row: Any, language: str, *, held: bool = False) -> str:
    """The whole notice for a case that has just begun. `held`: the bot has an answer, which waits for a yes."""
    office = offices.of(connection, row.office_id)
    first = "opening.held" if held else "opening.to"
    told = [
        words().say(first, language, office=office.called(language)) + " " + place(connection, row, language),
        " ".join(_when(office, row, language)),
        _tongue(connection, row, language),
        "" if _telephone(connection, row) else words().say("opening.phone", language),
        words().say("opening.meanwhile", language),
        words().say("opening.place", language) if row.asks == "place" else "",
    ]
    return "\n".join(filter(None, told))


def still(connection: Connection, row: Any, language: str) -> str:
    """The short one, for whoever waits already and asks again."""
    office = offices.of(connection, row.office_id)
    told = [words().say("opening.still", language, office=office.called(language)), place(connection, row, language)]
    return " ".join(filter(None, [*told, _promise(office, row, language)]))


def place(connection: Connection, row: Any, language: str) -> str:
    """How many wait before a case."""
    count = ahead(connection, row)
    key = {0: "opening.first", 1: "opening.one_ahead"}.get(count, "opening.ahead")
    return words().say(key, language, count=count)


def ahead(connection: Connection, row: Any) -> int:
    """The same as a number. Who waits at the same office counts, but not noise that staff have marked."""
    earlier = or_(
        handover.c.created_at < row.created_at,
        and_(handover.c.created_at == row.created_at, handover.c.id < row.id),
    )
    waiting = and_(handover.c.status == Status.WAITING.value, handover.c.office_id == row.office_id, earlier)
    joined = handover.join(conversation, conversation.c.id == handover.c.conversation_id)
    wanted = select(func.count()).select_from(joined).where(waiting, conversation.c.spam_at.is_(None))
    return int(connection.execute(wanted).scalar() or 0)


def _when(office: Office, row: Any, language: str) -> Iterator[str]:
    week, stands = spoken.hours(office.calendar, language), spoken.stands(office.calendar, now(), language)
    yield words().say("opening.hours", language, stands=stands, hours=week)
    yield _promise(office, row, language)


def _promise(office: Office, row: Any, language: str) -> str:
    """Until when a person answers; nothing where that is over, or where the office has no hours to count by."""
    due = utc(row.due_at) if row.due_at else None
    if due is None or due <= now() or not any(office.calendar.week):
        return ""
    return words().say("opening.due", language, when=spoken.when(due, language))


def _tongue(connection: Connection, row: Any, language: str) -> str:
    """Nobody is let believe that their language is spoken where it is not; nothing for Vietnamese."""
    if row.language == "vi":
        return ""
    speak = routing.speakers(people.every(connection, row.office_id), row.language)
    named = words().say(f"opening.language.{row.language}", language)
    return words().say("opening.speaks" if speak else "opening.speaks_not", language, language=named)


def _telephone(connection: Connection, row: Any) -> str:
    mine = select(conversation.c.contact_phone).where(conversation.c.id == row.conversation_id)
    return connection.execute(mine).scalar() or ""
