"""What the tests of the desk share: an office, people who work there, a case that waits, a line of its citizen."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection

from bot.accounts import factors
from bot.conversation import Author, State
from bot.handover.kinds import Status
from bot.post.clock import now
from bot.post.inbox import open_conversation
from bot.privacy import vault
from bot.store.account_tables import second_factor
from bot.store.desk_tables import handover, staff
from bot.store.desk_tables import office as office_table
from bot.store.tables import conversation, inbox, message

#: Open day and night: no test waits for a morning.
ALWAYS = [[["00:00", "23:59"]]] * 7
#: No password fits this.
_NO_PASSWORD = "-"
_STATE = {Status.WAITING: State.WAITING, Status.WITH_STAFF: State.WITH_STAFF, Status.CLOSED: State.WITH_BOT}
#: Of the five digits of a commune.
_FIRST_PLACE = 1000


def office(connection: Connection, **values: Any) -> int:
    """A one-stop shop of some commune (office 1, the provincial centre, is always there). Returns its id.

    `hours` may be given as lists, as the column keeps them.
    """
    known = connection.execute(select(func.count()).select_from(office_table)).scalar()
    row = {"kind": "commune_centre", "place": f"{_FIRST_PLACE + known:05}", "hours": ALWAYS, **values}
    if not isinstance(row["hours"], str):
        row["hours"] = json.dumps(row["hours"])
    return _id(connection.execute(insert(office_table).values(**row)))


def person(connection: Connection, login: str = "lan", office_id: int = 1, role: str = "officer", **values: Any) -> int:
    """Somebody who works at the desk, on duty and seen just now. Returns their id."""
    row = {"login": login, "name": login.capitalize(), "password": _NO_PASSWORD, "role": role, "office_id": office_id}
    made = _id(connection.execute(insert(staff).values(**{**row, "seen_at": now(), "created_at": now(), **values})))
    if role == "admin":
        # Without a second factor the gate lets no admin in.
        connection.execute(insert(second_factor).values(staff_id=made, secret="-", last_step=0, created_at=now()))
    return made


def telephone(connection: Connection, staff_id: int) -> str:
    """A second factor of theirs; the secret by which pyotp computes its codes."""
    secret = factors.new_secret()
    row = {"staff_id": staff_id, "secret": vault.cipher().seal(secret), "last_step": 0, "created_at": now()}
    connection.execute(delete(second_factor).where(second_factor.c.staff_id == staff_id))
    connection.execute(insert(second_factor).values(**row))
    return secret


def case(connection: Connection, channel: str = "web", address: str = "a1", **values: Any) -> int:
    """A case that waits, of a conversation that was heard from just now. Returns its id.

    `values` are columns of the handover; `staff_id` alone makes it owned by them. The conversation's state fits.
    """
    conversation_id = open_conversation(connection, channel, address)
    owned = Status.WITH_STAFF if values.get("staff_id") else Status.WAITING
    moment = now()
    row = {"reason": "asked", "status": owned.value, "waits_since": moment, "created_at": moment, **values}
    if row["status"] == Status.WITH_STAFF.value:
        row.setdefault("claimed_at", moment)
    mine = update(conversation).where(conversation.c.id == conversation_id)
    connection.execute(mine.values(state=_STATE[Status(row["status"])].value, heard_at=moment))
    return _id(connection.execute(insert(handover).values(conversation_id=conversation_id, **row)))


def line(connection: Connection, case_id: int, text: str) -> int:
    """A line of the case's citizen, in the transcript alone. Returns its id."""
    said = {"conversation_id": of(connection, case_id).conversation_id, "author": Author.CITIZEN.value, "text": text}
    return _id(connection.execute(insert(message).values(**said, created_at=now())))


def inbox_row(connection: Connection, case_id: int, text: str) -> int:
    """A message of the case's citizen that is done with. Returns its id in the inbox."""
    whose = of(connection, case_id).conversation_id
    channel = connection.execute(select(conversation.c.channel).where(conversation.c.id == whose)).scalar()
    sent = {"conversation_id": whose, "channel": channel, "channel_message_id": f"i{now().timestamp()}", "text": text}
    row = {**sent, "status": "done", "sent_at": now(), "received_at": now()}
    return _id(connection.execute(insert(inbox).values(**row)))


def of(connection: Connection, case_id: int) -> Any:
    """The row of a case."""
    return connection.execute(select(handover).where(handover.c.id == case_id)).one()


def state_of(connection: Connection, case_id: int) -> str:
    """Who answers the conversation of a case: bot.conversation.State."""
    mine = select(conversation.c.state).where(conversation.c.id == of(connection, case_id).conversation_id)
    return str(connection.execute(mine).scalar())


def _id(inserted: Any) -> int:
    return int(inserted.inserted_primary_key[0])
