"""What staff do to a case: claim, give back, pass on, note, close. One owner at a time, whoever clicks when.

Each works in the caller's transaction, and writes what it did into the history of the case, from which
bot.handover.undoing takes it back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.engine import Connection

from bot.accounts import people
from bot.accounts.people import Role
from bot.alerts import alerts
from bot.errors import Refused
from bot.handover import events, offices, owning
from bot.handover.kinds import Ending, Event, Stage, Status
from bot.handover.typed import cleaned
from bot.post.clock import now
from bot.store.desk_tables import handover, mention
from bot.store.tables import conversation
from procedures.validity import utc

#: Why an owner gave a case back who did so themselves. Any other reason is the system's.
BY_HAND = "by_hand"


def claim(connection: Connection, case_id: int, staff_id: int) -> None:
    """Makes somebody the owner of a case that waits, and tells the citizen. Of two at once one wins.

    Who owns it already, as after a second click, keeps it. Raises CaseTaken for who came too late, with the owner's
    name; CaseMoved where it is closed; Refused (other_office, staff_ended).
    """
    row = owning.lock(connection, case_id)
    if row.status != Status.WAITING.value:
        return owning.must_own(connection, row, staff_id)
    person = owning.works_there(connection, row, staff_id)
    mine = {"status": Status.WITH_STAFF.value, "staff_id": staff_id, "claimed_at": now()}
    owning.move(connection, row, handover.c.status == Status.WAITING.value, **mine)
    events.write(connection, case_id, Event.CLAIMED, staff_id, **events.trace(row))
    office = offices.of(connection, person.office_id)
    owning.tell(connection, row.conversation_id, "case.claimed", office, name=person.name)
    return None


def release(connection: Connection, case_id: int, staff_id: int, why: str) -> None:
    """Puts a case that somebody owns back in line, where its citizen keeps their place, and calls those on duty.

    The citizen is told only where this owner had spoken to them. `why`: BY_HAND, or the reason of who takes it from
    them, such as "gone". Raises CaseTaken, CaseMoved.
    """
    row = owning.lock(connection, case_id)
    owning.must_own(connection, row, staff_id)
    told = _has_spoken(row)
    waits = owning.waits_on(connection, row, row.office_id)
    owning.move(connection, row, status=Status.WAITING.value, staff_id=None, claimed_at=None, **waits)
    data = {"why": why, "owner": staff_id, "told": told, **events.trace(row)}
    events.write(connection, case_id, Event.RELEASED, staff_id if why == BY_HAND else None, **data)
    if told:
        owning.tell_waits(connection, case_id)
    alerts.case_moved(connection, case_id, staff_id)


def transfer(
    connection: Connection,
    case_id: int,
    staff_id: int,
    version: int,
    *,
    office_id: int | None = None,
    to_staff: int | None = None,
    note: str = "",
) -> None:
    """Passes a case on: to the line of an office, or to a colleague, who owns it then. The citizen is told.

    Its owner may, while it waits whoever works there, and at any time a lead.

    `version` is the one that the page showed; `note` is for colleagues. Raises CaseTaken, CaseMoved, Refused
    (other_office, staff_ended, office_ended, nobody_there, off_duty, already_there, too_long).
    """
    text = cleaned(note, may_be_empty=True)
    row = owning.may_act(connection, case_id, staff_id, version, Role.LEAD)
    where = _to_office(connection, row, office_id) if to_staff is None else _to_person(connection, row, to_staff)
    waits = owning.waits_on(connection, row, where["office_id"])
    # Where it goes is decided: what the citizen would answer decides nothing any more.
    owning.move(connection, row, **where, **waits, asks="")
    data = {"office": where["office_id"], "to": where["staff_id"], "owner": row.staff_id, **events.trace(row)}
    events.write(connection, case_id, Event.TRANSFERRED, staff_id, text, **data)
    owning.tell_where(connection, case_id)
    alerts.case_moved(connection, case_id, staff_id)


def close(connection: Connection, case_id: int, staff_id: int, version: int, ending: Ending) -> None:
    """Ends a case; the bot answers from now on. The citizen is told once it can no longer be undone: `told_at`.

    Raises CaseTaken, CaseMoved, Refused (other_office, staff_ended).
    """
    row = owning.may_act(connection, case_id, staff_id, version)
    ended = {"status": Status.CLOSED.value, "staff_id": staff_id, "closed_at": now(), "outcome": ending.value}
    nobody_waits = {"waits_since": None, "due_at": None, "stage": Stage.FRESH.value, "asks": ""}
    owning.move(connection, row, **ended, **nobody_waits)
    if ending is Ending.SPAM:
        noise = update(conversation).where(conversation.c.id == row.conversation_id, conversation.c.spam_at.is_(None))
        marked = connection.execute(noise.values(spam_at=now())).rowcount == 1
    else:
        marked = False
    data = {"ending": ending.value, "marked": marked, **events.trace(row)}
    events.write(connection, case_id, Event.CLOSED, staff_id, **data)


def note(connection: Connection, case_id: int, staff_id: int, text: str, mentions: Sequence[int] = ()) -> int:
    """Writes words for colleagues beside a case, also beside a closed one, and calls those who are mentioned.

    Returns the id of the event. Raises CaseMoved where there is no such case, Refused (empty, too_long, staff_ended).
    """
    clean = cleaned(text)
    owning.lock(connection, case_id)
    called = [id_ for id_ in dict.fromkeys(mentions) if id_ != staff_id]
    for id_ in called:
        owning.colleague(connection, id_)
    event_id = events.write(connection, case_id, Event.NOTED, staff_id, clean, mentions=called)
    if called:
        connection.execute(insert(mention), [{"event_id": event_id, "staff_id": id_} for id_ in called])
        alerts.mentioned(connection, event_id, called)
    return event_id


def record(connection: Connection, case_id: int, staff_id: int, kind: Event, **data: Any) -> int:
    """Adds a line to the history of something that leaves the case as it is. Returns the id of the event."""
    return events.write(connection, case_id, kind, staff_id, **data)


def _has_spoken(row: Any) -> bool:
    """Whether who owns a case has said something since they took it."""
    return bool(row.replied_at and row.claimed_at) and utc(row.replied_at) >= utc(row.claimed_at)


def _to_office(connection: Connection, row: Any, office_id: int | None) -> dict[str, Any]:
    """Columns of a case that waits in the line of an office."""
    if office_id not in {office.id for office in offices.every(connection)}:
        raise Refused("office_ended")
    if row.status == Status.WAITING.value and row.office_id == office_id:
        raise Refused("already_there")
    if office_id != offices.centre(connection).id and not people.every(connection, office_id):
        raise Refused("nobody_there")
    return {"status": Status.WAITING.value, "office_id": office_id, "staff_id": None, "claimed_at": None}


def _to_person(connection: Connection, row: Any, staff_id: int) -> dict[str, Any]:
    """Columns of a case that a colleague owns."""
    person = owning.colleague(connection, staff_id)
    if row.staff_id == staff_id:
        raise Refused("already_there")
    if not person.on_duty:
        raise Refused("off_duty", name=person.name)
    where = {"office_id": person.office_id, "staff_id": staff_id}
    return {"status": Status.WITH_STAFF.value, **where, "claimed_at": now()}
