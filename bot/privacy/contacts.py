"""Names and telephone numbers that citizens gave when asked: sealed in their conversation's row.

Rows of before are clear until `motcua privacy seal`; whoever reads takes both.
"""

from __future__ import annotations

from typing import Any

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.engine import Connection

from bot.errors import CannotOpen
from bot.privacy.vault import cipher
from bot.store.tables import conversation

log = structlog.get_logger()

#: Longest that are kept, in characters.
_NAME, _PHONE = 120, 20
#: Newest conversations with a name or a number among which one is searched for: each has to be opened.
SEARCHED = 2000


def sealed(name: str = "", phone: str = "") -> dict[str, str]:
    """Columns of a conversation; one that was not given is not among them."""
    told = {"contact_name": name[:_NAME], "contact_phone": phone[:_PHONE]}
    return {column: cipher().seal(value) for column, value in told.items() if value}


def keep(connection: Connection, conversation_id: int, *, name: str = "", phone: str = "") -> None:
    """Seals what was given in place of what was given before."""
    columns = sealed(name, phone)
    if columns:
        connection.execute(update(conversation).where(conversation.c.id == conversation_id).values(columns))


def name_of(connection: Connection, conversation_id: int) -> str:
    """Of a conversation; empty where none was given."""
    return read(_column(connection, conversation.c.contact_name, conversation_id))


def phone_of(connection: Connection, conversation_id: int) -> str:
    """The same for the telephone number."""
    return read(phone_column(connection, conversation_id))


def phone_column(connection: Connection, conversation_id: int) -> str | None:
    """As it lies there."""
    return _column(connection, conversation.c.contact_phone, conversation_id)


def read(column: str | None) -> str:
    """What a column says; empty where there is nothing, or no key opens it."""
    try:
        return cipher().opened(column)
    except CannotOpen:
        log.error("contact_unreadable")
        return ""


def search(connection: Connection, query: str, whose: Any) -> list[int]:
    """Conversations, among the newest SEARCHED of `whose` (ids), whose name or number holds what is looked for.

    Three digits at least count as part of a number.
    """
    digits = "".join(char for char in query if char.isdigit())
    known = or_(conversation.c.contact_name.is_not(None), conversation.c.contact_phone.is_not(None))
    wanted = select(conversation.c.id, conversation.c.contact_name, conversation.c.contact_phone)
    wanted = wanted.where(known, conversation.c.id.in_(whose)).order_by(conversation.c.id.desc()).limit(SEARCHED)
    said = query.casefold()
    return [
        row.id
        for row in connection.execute(wanted)
        if (row.contact_name and said in read(row.contact_name).casefold())
        or (len(digits) >= 3 and digits in read(row.contact_phone))
    ]


def _column(connection: Connection, column: Any, conversation_id: int) -> str | None:
    told: str | None = connection.execute(select(column).where(conversation.c.id == conversation_id)).scalar()
    return told
