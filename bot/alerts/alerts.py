"""Who is called, and what for: rows of the table `alert`, once for each person, way and occasion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from bot.accounts import people
from bot.accounts.people import Person, Role
from bot.handover import offices
from bot.handover.offices import Office
from bot.post.clock import now
from bot.store.desk_tables import alert, handover, handover_event
from bot.store.tables import conversation

#: Who of the staff speaks what a citizen speaks: the bot cannot tell Nùng from Tày.
_SPEAK = {"tyz": ("tyz", "nut")}


class Kind(str, Enum):
    """What somebody is called for; stored, so never renamed."""

    #: A case waits in their office, or was given to them.
    NEW = "new"
    #: Little is left of a promise.
    NUDGE = "nudge"
    #: A promise is broken.
    OVERDUE = "overdue"
    #: A colleague has named them in a note.
    MENTION = "mention"


def case_opened(connection: Connection, case_id: int) -> None:
    """Calls those on duty to a case that waits in their office, when the office is open."""
    _new(connection, case_id)


def case_moved(connection: Connection, case_id: int, gone: int | None = None) -> None:
    """The same after a case has changed hands: its new owner, or its new office. Not who has `gone`."""
    _new(connection, case_id, gone)


def nudged(connection: Connection, case_id: int, event_id: int) -> None:
    """Calls its owner, those on duty, or the leads where nobody is, before a promise is broken.

    The event says that it is pressed for.
    """
    case = _case(connection, case_id)
    if case is not None:
        whom = _whose(connection, case, offices.of(connection, case.office_id))
        call(connection, case_id, Kind.NUDGE, whom or leads(connection, case.office_id), f"e{event_id}")


def overdue(connection: Connection, case_id: int, event_id: int) -> None:
    """Calls the leads when a promise is broken."""
    case = _case(connection, case_id)
    if case is not None:
        call(connection, case_id, Kind.OVERDUE, leads(connection, case.office_id), f"e{event_id}")


def mentioned(connection: Connection, event_id: int, staff_ids: Iterable[int]) -> None:
    """Calls colleagues to a note."""
    case_id = connection.execute(select(handover_event.c.handover_id).where(handover_event.c.id == event_id)).scalar()
    named = [person for person in (people.by_id(connection, id_) for id_ in staff_ids) if person is not None]
    if case_id is not None and _case(connection, case_id) is not None:
        call(connection, case_id, Kind.MENTION, named, f"e{event_id}")


def call(
    connection: Connection, case_id: int, kind: Kind, whom: Iterable[Person], mark: str, at: datetime | None = None
) -> None:
    """A row for each way that each of them has chosen, to be delivered from `at` on (UTC; None: at once).

    `mark` tells one occasion of this kind and case from another; the same one again changes nothing.
    """
    row = {"handover_id": case_id, "kind": kind.value, "try_at": at or now(), "created_at": now()}
    for person in whom:
        for way in sorted(person.alerts):
            occasion = f"{kind.value} {case_id} {person.id} {way} {mark}"
            _once(connection, {**row, "occasion": occasion, "staff_id": person.id, "way": way})


def on_duty(connection: Connection, office: Office, language: str) -> tuple[Person, ...]:
    """Who of an office works now. Where some of them speak the citizen's language, they alone."""
    return _speakers([person for person in people.every(connection, office.id) if person.on_duty], language)


def speaks(person: Person, language: str) -> bool:
    """Whether somebody speaks what the bot calls a citizen's language."""
    return any(one in person.languages for one in _SPEAK.get(language, (language,)))


def leads(connection: Connection, office_id: int) -> tuple[Person, ...]:
    """Of an office; where it has none those of the provincial centre; where that has none either, the admins."""
    for whose in (office_id, offices.centre(connection).id):
        found = _with_role(people.every(connection, whose), Role.LEAD)
        if found:
            return found
    return _with_role(people.every(connection), Role.ADMIN)


def _with_role(whom: Sequence[Person], role: Role) -> tuple[Person, ...]:
    return tuple(person for person in whom if person.role is role)


def _new(connection: Connection, case_id: int, gone: int | None = None) -> None:
    case = _case(connection, case_id)
    if case is None:
        return
    office = offices.of(connection, case.office_id)
    at = now()
    if case.staff_id is None and not office.calendar.is_open(at):
        # In the evening nobody is called, and most have gone off duty: what waits is told when the office opens, to
        # whoever is on duty then.
        whom = _speakers(people.every(connection, office.id), case.language)
    else:
        whom = _whose(connection, case, office)
    # Where nobody is there to be called, somebody has to know.
    told = [person for person in whom if person.id != gone] or leads(connection, office.id)
    call(connection, case_id, Kind.NEW, told, f"v{case.version}", office.calendar.opens_next(at))


def _whose(connection: Connection, case: Any, office: Office) -> tuple[Person, ...]:
    """Its owner, or those on duty."""
    if case.staff_id is None:
        return on_duty(connection, office, case.language)
    owner = people.by_id(connection, case.staff_id)
    return (owner,) if owner else ()


def _speakers(whom: Sequence[Person], language: str) -> tuple[Person, ...]:
    return tuple(person for person in whom if speaks(person, language)) or tuple(whom)


def _case(connection: Connection, case_id: int) -> Any:
    """None for one that calls nobody: staff have found only noise in its conversation."""
    joined = select(handover).join(conversation, conversation.c.id == handover.c.conversation_id)
    mine = joined.where(handover.c.id == case_id, conversation.c.spam_at.is_(None))
    return connection.execute(mine).first()


def _once(connection: Connection, row: dict[str, Any]) -> None:
    known = select(alert.c.id).where(alert.c.occasion == row["occasion"])
    if connection.execute(known).first() is None:
        # Somebody else may be about to write the same: then theirs stands.
        try:
            with connection.begin_nested():
                connection.execute(insert(alert).values(**row))
        except IntegrityError:
            return
