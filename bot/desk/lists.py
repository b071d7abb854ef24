"""The four lists of the desk: who waits, what is mine, everything open, what is closed; and searching."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.engine import Connection

from bot.accounts.people import Person
from bot.conversation import Author
from bot.desk.directory import Directory
from bot.desk.telling import aware
from bot.handover.kinds import Status
from bot.handover.promises import Light, light
from bot.post.clock import now
from bot.privacy import contacts
from bot.store.desk_tables import handover, handover_event, mention
from bot.store.tables import conversation, message

#: Cases that a list shows; whoever needs another one searches.
MOST = 60
#: Characters of the last words that a list shows.
_SNIPPET = 110


class Tab(str, Enum):
    """Which list."""

    WAITING = "waiting"
    MINE = "mine"
    ALL = "all"
    CLOSED = "closed"


@dataclass(frozen=True)
class Row:
    """A case as a list shows it."""

    id: int
    status: Status
    #: The citizen's; empty where nobody knows it.
    name: str
    channel: str
    office: str
    owner: str
    #: The procedure it may be about; empty where nobody knows.
    title: str
    reasons: tuple[str, ...]
    language: str
    #: The citizen's last words.
    snippet: str
    created_at: datetime
    waits_since: datetime | None
    due_at: datetime | None
    light: Light
    spam: bool
    outcome: str
    rating: int | None

    @property
    def is_open(self) -> bool:
        """Somebody is still to answer."""
        return self.status is not Status.CLOSED


@dataclass(frozen=True)
class Counts:
    """Figures beside the tabs."""

    waiting: int
    #: Cases of mine whose citizen waits for a word.
    mine: int
    mentions: int


def rows(
    connection: Connection, directory: Directory, person: Person, tab: Tab, query: str = "", office_id: int = 0
) -> tuple[Row, ...]:
    """At most MOST cases of a list, in its order."""
    wanted = _cases().where(visible(directory, person))
    if office_id:
        wanted = wanted.where(handover.c.office_id == office_id)
    if query:
        wanted = wanted.where(_named(connection, directory, person, query))
        wanted = wanted.order_by(handover.c.status == Status.CLOSED.value, handover.c.id.desc())
    else:
        wanted = _of(wanted, tab, person)
    return _told(connection, directory, wanted.limit(MOST))


def rows_of(connection: Connection, directory: Directory, ids: Sequence[int]) -> tuple[Row, ...]:
    """These cases, newest first; the caller has seen to it that the person may see them."""
    return _told(connection, directory, _cases().where(handover.c.id.in_(ids)).order_by(handover.c.id.desc()))


def _told(connection: Connection, directory: Directory, wanted: Any) -> tuple[Row, ...]:
    found = connection.execute(wanted).all()
    last = _last_words(connection, [row.conversation_id for row in found])
    return tuple(_row(row, last.get(row.conversation_id, ""), directory) for row in found)


def counts(connection: Connection, directory: Directory, person: Person) -> Counts:
    """How many wait, how many of mine, how many notes call me."""
    waiting = and_(
        handover.c.status == Status.WAITING.value, visible(directory, person), conversation.c.spam_at.is_(None)
    )
    mine = and_(handover.c.staff_id == person.id, handover.c.status == Status.WITH_STAFF.value)
    called = and_(mention.c.staff_id == person.id, mention.c.seen_at.is_(None))
    joined = handover.join(conversation, conversation.c.id == handover.c.conversation_id)
    wanted = (
        select(func.count()).select_from(joined).where(waiting),
        select(func.count()).select_from(handover).where(mine, handover.c.waits_since.is_not(None)),
        select(func.count()).select_from(mention).where(called),
    )
    return Counts(*(int(connection.execute(one).scalar() or 0) for one in wanted))


def visible(directory: Directory, person: Person) -> Any:
    """Cases that somebody may see: of their office, their own, and those they were called to."""
    if directory.sees_all(person):
        return handover.c.id > 0
    called = select(handover_event.c.handover_id).join(mention, mention.c.event_id == handover_event.c.id)
    called = called.where(mention.c.staff_id == person.id)
    return or_(handover.c.office_id == person.office_id, handover.c.staff_id == person.id, handover.c.id.in_(called))


def _cases() -> Any:
    columns = (conversation.c.channel, conversation.c.contact_name, conversation.c.spam_at)
    return select(handover, *columns).join(conversation, conversation.c.id == handover.c.conversation_id)


def _of(wanted: Any, tab: Tab, person: Person) -> Any:
    status, waits = handover.c.status, handover.c.waits_since
    if tab is Tab.CLOSED:
        return wanted.where(status == Status.CLOSED.value).order_by(handover.c.closed_at.desc())
    if tab is Tab.MINE:
        mine = wanted.where(status == Status.WITH_STAFF.value, handover.c.staff_id == person.id)
        return mine.order_by(waits.is_(None), waits, handover.c.id)
    spam = conversation.c.spam_at.is_not(None)
    if tab is Tab.ALL:
        return wanted.where(status != Status.CLOSED.value).order_by(spam, handover.c.created_at, handover.c.id)
    return wanted.where(status == Status.WAITING.value).order_by(spam, handover.c.created_at, handover.c.id)


def _named(connection: Connection, directory: Directory, person: Person, query: str) -> Any:
    """By number, name, telephone, or words of the conversation. Names and telephones are sealed: few are opened."""
    digits = "".join(char for char in query if char.isdigit())
    like = f"%{query.replace('%', '').replace('_', '')}%"
    said = select(message.c.conversation_id).where(message.c.text.ilike(like))
    theirs = select(handover.c.conversation_id).where(visible(directory, person))
    called = contacts.search(connection, query, theirs)
    found = [handover.c.conversation_id.in_(called), handover.c.conversation_id.in_(said), handover.c.code == query]
    if digits and len(digits) < 10:
        found.append(handover.c.id == int(digits))
    return or_(*found)


def _last_words(connection: Connection, conversations: Sequence[int]) -> dict[int, str]:
    said = and_(message.c.conversation_id.in_(conversations), message.c.author == Author.CITIZEN.value)
    last = select(func.max(message.c.id)).where(said).group_by(message.c.conversation_id)
    found = connection.execute(select(message.c.conversation_id, message.c.text).where(message.c.id.in_(last)))
    return {row.conversation_id: _short(row.text) for row in found}


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SNIPPET else line[: _SNIPPET - 1].rstrip() + "…"


def _row(row: Any, snippet: str, directory: Directory) -> Row:
    office = directory.offices().get(row.office_id)
    due = aware(row.due_at) if row.due_at else None
    stands = light(due, now(), office.calendar, office.promise) if office else Light.NONE
    return Row(
        id=row.id,
        status=Status(row.status),
        name=contacts.read(row.contact_name),
        channel=row.channel,
        office=office.name if office else "",
        owner=directory.name(row.staff_id),
        title=directory.title(row.code) if row.code else "",
        reasons=tuple(row.reason.split(", ")),
        language=row.language,
        snippet=snippet,
        created_at=aware(row.created_at),
        waits_since=aware(row.waits_since) if row.waits_since else None,
        due_at=due,
        light=stands if row.status != Status.CLOSED.value else Light.NONE,
        spam=row.spam_at is not None,
        outcome=row.outcome,
        rating=row.rating,
    )
