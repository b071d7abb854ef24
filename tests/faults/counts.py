"""What came of it all, by what people got to read and what the database holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from bot.store.tables import inbox, message, outbox
from procedures.database import connect
from tests.faults.people import Person, Visitor
from tests.faults.service import MARK

#: Zalo's Official Account can be asked what it has, and our own page is ours: there a second copy is our mistake.
_KNOWABLE = ("zalo-oa", "web")


@dataclass
class Counts:
    """Over all people. All but the first two and `unknowable` must be 0."""

    written: int = 0
    answered: int = 0
    lost: int = 0
    #: Copies beyond the first that could have been helped.
    doubled: int = 0
    #: Copies of what was sent when its answer was lost, at a provider that cannot be asked; the outbox knows of each.
    unknowable: int = 0
    #: People who read answers in another order than they asked.
    out_of_order: int = 0
    #: Messages with two answers in the transcript.
    answered_twice: int = 0
    #: Rows of inbox and outbox that nobody has finished.
    left_over: int = 0
    missing: list[str] = field(default_factory=list)
    #: Of everything that is wrong, how it came.
    stories: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> int:
        return self.lost + self.doubled + self.out_of_order + self.answered_twice + self.left_over

    def figures(self) -> dict[str, int]:
        """For a table and a line of JSON."""
        return {name: value for name, value in vars(self).items() if isinstance(value, int)}


def count(url: str, people: Iterable[Person]) -> Counts:
    counts, database = Counts(), connect(url)
    with database.connect() as connection:
        doubtful = _doubtful(connection)
        for person in people:
            _count(counts, person, doubtful)
        counts.stories += [_story(connection, mark) for mark in counts.missing[:20]]
        counts.left_over = _left_over(connection)
        same = select(message.c.inbox_id).where(message.c.author == "bot", message.c.inbox_id.is_not(None))
        same = same.group_by(message.c.inbox_id, message.c.text).having(func.count() > 1)
        counts.answered_twice = len(connection.execute(same).all())
    database.dispose()
    return counts


def finished(url: str) -> bool:
    """Nothing waits to be answered or sent."""
    database = connect(url)
    try:
        with database.connect() as connection:
            return not _left_over(connection, "queued", "sending")
    finally:
        database.dispose()


def _left_over(connection: Connection, *letters: str) -> int:
    states = letters or ("queued", "sending", "failed")
    unfinished = inbox.c.status.in_(("new", "claimed")), outbox.c.status.in_(states)
    return sum(_many(connection, select(func.count()).where(one)) for one in unfinished)


def _count(counts: Counts, person: Person, doubtful: set[tuple[int, int]]) -> None:
    person.look()
    counts.written += len(person.asked)
    counts.lost += len(person.missing)
    counts.missing += [f"(p{person.number}n{number})" for number in person.missing]
    order = list(dict.fromkeys(number for number, _ in person.read))
    counts.answered += len(order)
    if order != sorted(order):
        counts.out_of_order += 1
        first = next(place for place, (a, b) in enumerate(zip(order, sorted(order), strict=True)) if a != b)
        counts.stories.append(f"{person.channel} p{person.number} read {order[max(0, first - 1) : first + 4]}")
    for number, copies in Counter(number for number, _ in person.read).items():
        known = (person.number, number) in doubtful and person.channel not in _KNOWABLE
        counts.unknowable += (copies - 1) * known
        counts.doubled += (copies - 1) * (not known)
        if copies > 1 and not known:
            counts.stories.append(f"{person.channel} p{person.number}n{number} came {copies} times")
    if isinstance(person, Visitor) and len(person.shown) != len(set(person.shown)):
        counts.stories.append(f"web p{person.number} was shown a line twice")


def _doubtful(connection: Connection) -> set[tuple[int, int]]:
    """Marks of letters that the outbox says may have been sent twice."""
    rows = select(message.c.text).join(outbox, outbox.c.message_id == message.c.id).where(outbox.c.doubts > 0)
    found = [MARK.search(text) for text in connection.execute(rows).scalars()]
    return {(int(mark[1]), int(mark[2])) for mark in found if mark}


def _story(connection: Connection, mark: str) -> str:
    """How far a message came that nobody read an answer to."""
    told = select(inbox.c.status, inbox.c.attempts, outbox.c.status, outbox.c.doubts, outbox.c.error)
    told = told.outerjoin(message, (message.c.inbox_id == inbox.c.id) & (message.c.author == "bot"))
    told = told.outerjoin(outbox, outbox.c.message_id == message.c.id).where(inbox.c.text.endswith(mark))
    row = connection.execute(told).first()
    return f"lost {mark}: {tuple(row) if row else 'never came'}"


def _many(connection: Connection, wanted: Any) -> int:
    return int(connection.execute(wanted).scalar() or 0)
