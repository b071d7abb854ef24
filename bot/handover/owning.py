"""The row of a case: locked, judged and moved. Who may act on it, and who answers its conversation.

Whoever changes a case locks its conversation first, then the case: two who lock in different orders wait for each
other for ever. SQLite locks everything at once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, or_, select, update
from sqlalchemy.engine import Connection

from bot.accounts.people import Role
from bot.conversation import Reply, State
from bot.errors import CaseMoved, CaseTaken, Refused
from bot.handover import offices
from bot.handover.kinds import Stage, Status
from bot.handover.offices import Office
from bot.post import outbox
from bot.post.clock import now
from bot.store.desk_tables import handover, staff
from bot.store.tables import conversation
from bot.words import language_of, words

#: Who answers a conversation while its case is there.
_ANSWERS = {Status.WAITING: State.WAITING, Status.WITH_STAFF: State.WITH_STAFF, Status.CLOSED: State.WITH_BOT}
# Made once: every turn asks. Its key stays as it is, so lines and letters that name it need not wait.
_LOCKED = select(conversation.c.state).where(conversation.c.id == bindparam("of")).with_for_update(key_share=True)


def lock_conversation(connection: Connection, conversation_id: int) -> State:
    """Who answers it, read anew; it stays so until the transaction ends."""
    return State(connection.execute(_LOCKED, {"of": conversation_id}).scalar())


def lock(connection: Connection, case_id: int) -> Any:
    """The row of a case, its conversation locked. Raises CaseMoved where there is no such case."""
    whose = select(handover.c.conversation_id).where(handover.c.id == case_id)
    conversation_id = connection.execute(whose).scalar()
    if conversation_id is None:
        raise CaseMoved()
    lock_conversation(connection, conversation_id)
    return read(connection, case_id)


def read(connection: Connection, case_id: int) -> Any:
    """The row of a case that exists."""
    return connection.execute(select(handover).where(handover.c.id == case_id)).one()


def move(connection: Connection, row: Any, *unless: Any, **values: Any) -> None:
    """Changes a case by one version, and who answers its conversation. Raises CaseMoved where it is not as in `row`.

    `unless` are conditions that must hold as well.
    """
    same = and_(handover.c.id == row.id, handover.c.version == row.version, *unless)
    moved = update(handover).where(same).values(**values, version=row.version + 1)
    if connection.execute(moved).rowcount != 1:
        raise CaseMoved()
    answered_by(connection, row.conversation_id, Status(values.get("status", row.status)))


def answered_by(connection: Connection, conversation_id: int, status: Status, **values: Any) -> None:
    """Who answers a conversation whose case is there now; `values` are other columns of it."""
    mine = update(conversation).where(conversation.c.id == conversation_id)
    connection.execute(mine.values(state=_ANSWERS[status].value, **values))


def must_own(connection: Connection, row: Any, staff_id: int) -> None:
    """Raises CaseTaken where a colleague owns the case, CaseMoved where nobody does."""
    if row.status != Status.WITH_STAFF.value:
        raise CaseMoved()
    if row.staff_id != staff_id:
        raise CaseTaken(name=name_of(connection, row.staff_id))


def may_act(connection: Connection, case_id: int, staff_id: int, version: int, role: Role | None = None) -> Any:
    """The locked row of a case that one acts upon as a page showed it: its owner, or while it waits who `works_there`.

    With a `role`, whoever has it there may act upon a colleague's case too. Raises CaseTaken, CaseMoved, Refused
    (other_office, staff_ended).
    """
    row = lock(connection, case_id)
    if row.status != Status.WAITING.value and not _may_as(connection, row, staff_id, role):
        must_own(connection, row, staff_id)
    if row.version != version:
        raise CaseMoved()
    if row.status == Status.WAITING.value:
        works_there(connection, row, staff_id)
    return row


def _may_as(connection: Connection, row: Any, staff_id: int, role: Role | None) -> bool:
    if role is None or row.status != Status.WITH_STAFF.value or row.staff_id == staff_id:
        return False
    return Role(colleague(connection, staff_id).role).may(role) and bool(works_there(connection, row, staff_id))


def works_there(connection: Connection, row: Any, staff_id: int) -> Any:
    """The row of somebody who may take a case of this office: who works there, at the provincial centre, or an admin.

    The centre takes what an office without staff leaves. Raises Refused (other_office, staff_ended).
    """
    person = colleague(connection, staff_id)
    elsewhere = person.office_id != row.office_id and not Role(person.role).may(Role.ADMIN)
    if elsewhere and person.office_id != offices.centre(connection).id:
        raise Refused("other_office")
    return person


def colleague(connection: Connection, staff_id: int) -> Any:
    """The row of somebody who works here. Raises Refused: staff_ended."""
    row = connection.execute(select(staff).where(staff.c.id == staff_id)).first()
    if row is None or row.ended_at is not None:
        raise Refused("staff_ended")
    return row


def name_of(connection: Connection, staff_id: int) -> str:
    """The name of somebody of the staff, also of one who has left."""
    return str(connection.execute(select(staff.c.name).where(staff.c.id == staff_id)).scalar())


def due(connection: Connection, office_id: int) -> datetime:
    """Until when an office promises a word, from now on, UTC."""
    office = offices.of(connection, office_id)
    return office.calendar.add(now(), office.promise)


def waits_anew(connection: Connection, office_id: int) -> dict[str, Any]:
    """Columns of a case whose citizen waits for a person's word from now on."""
    return {"waits_since": now(), "due_at": due(connection, office_id), "stage": Stage.FRESH.value}


def waits_on(connection: Connection, row: Any, office_id: int) -> dict[str, Any]:
    """Columns of a case that changes hands: whoever waits keeps their place and what they were promised."""
    if row.waits_since is not None and row.due_at is not None:
        return {}
    anew = waits_anew(connection, office_id)
    return anew if row.waits_since is None else {**anew, "waits_since": row.waits_since}


def heard(connection: Connection, conversation_id: int) -> None:
    """The citizen has written to the person who owns their case: from the first such message on they wait."""
    owned = and_(handover.c.conversation_id == conversation_id, handover.c.status == Status.WITH_STAFF.value)
    silent = and_(owned, or_(handover.c.waits_since.is_(None), handover.c.due_at.is_(None)))
    row = connection.execute(select(handover.c.id, handover.c.office_id).where(silent)).first()
    if row is not None:
        waits = update(handover).where(handover.c.id == row.id)
        connection.execute(waits.values(**waits_anew(connection, row.office_id)))


def tell_where(connection: Connection, case_id: int) -> None:
    """Tells the citizen who answers them now."""
    row = read(connection, case_id)
    if row.staff_id is None:
        office = offices.of(connection, row.office_id)
        tell(connection, row.conversation_id, "case.transferred_office", office)
    else:
        name = name_of(connection, row.staff_id)
        tell(connection, row.conversation_id, "case.transferred_person", name=name)


def tell_waits(connection: Connection, case_id: int) -> None:
    """Tells the citizen that nobody in particular answers them any more."""
    row = read(connection, case_id)
    tell(connection, row.conversation_id, "case.back_in_line", offices.of(connection, row.office_id))


def tell(connection: Connection, conversation_id: int, key: str, office: Office | None = None, **values: str) -> None:
    """Says words of the bot itself to a citizen, in their language, unless they have left."""
    whose = connection.execute(select(conversation).where(conversation.c.id == conversation_id)).one()
    if whose.left_at is None:
        language = language_of(whose.memory)
        where = {"office": office.called(language)} if office else {}
        told = Reply(words().say(key, language, **values, **where))
        outbox.post(connection, whose.id, whose.channel, told, None, language)
