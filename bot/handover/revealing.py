"""Opening what is sealed, for whoever handles a case: one datum, with a reason, noted in history and audit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.engine import Connection

from bot.accounts.people import Person, Role
from bot.audit.writing import note
from bot.errors import CannotOpen, CaseMoved, Refused
from bot.handover import events
from bot.handover.kinds import Event
from bot.handover.typed import cleaned
from bot.privacy import contacts
from bot.privacy.covering import cover
from bot.privacy.vault import cipher
from bot.store.desk_tables import handover
from bot.store.vault_tables import sealed

#: Why somebody opens it; the last one needs words.
WHYS = ("file", "call", "confirm", "other")
#: What a telephone number that was given for calls is opened for.
CALL = "call"
_LONGEST = 200


@dataclass(frozen=True)
class Why:
    """One of WHYS, and words."""

    code: str
    words: str = ""


def datum(connection: Connection, case_id: int, person: Person, sealed_id: int, why: Why) -> str:
    """Something that a message of the case's citizen held.

    Raises CaseMoved, Refused (reveal: not theirs; reveal_why; reveal_gone; reveal_key).
    """
    row = _case(connection, case_id, person)
    mine = and_(sealed.c.id == sealed_id, sealed.c.conversation_id == row.conversation_id)
    kept = connection.execute(select(sealed.c.kind, sealed.c.token).where(mine)).first()
    if kept is None:
        raise Refused("reveal_gone")
    return _opened(connection, row.id, person, kept.kind, kept.token, why)


def phone(connection: Connection, case_id: int, person: Person, why: Why) -> str:
    """The number that the citizen gave to be called. Raises as `datum`."""
    row = _case(connection, case_id, person)
    kept = contacts.phone_column(connection, row.conversation_id)
    if not kept:
        raise Refused("reveal_gone")
    return _opened(connection, row.id, person, "phone", kept, why)


def _case(connection: Connection, case_id: int, person: Person) -> Any:
    """The row of a case that somebody owns, or leads. What they may see of cases is the caller's business."""
    row = connection.execute(select(handover).where(handover.c.id == case_id)).first()
    if row is None:
        raise CaseMoved()
    if row.staff_id != person.id and not person.role.may(Role.LEAD):
        raise Refused("reveal")
    return row


def _opened(connection: Connection, case_id: int, person: Person, kind: str, kept: str, why: Why) -> str:
    words = cleaned(why.words, may_be_empty=True)[:_LONGEST]
    if why.code not in WHYS or (why.code == WHYS[-1] and not words):
        raise Refused("reveal_why")
    try:
        told = cipher().opened(kept)
    except CannotOpen:
        raise Refused("reveal_key") from None
    # Whoever types it into the reason has not understood what the reason is for.
    words = cover(words, (told,))
    line = events.write(connection, case_id, Event.REVEALED, person.id, words, datum=kind, why=why.code)
    about = {"kind": kind, "why": why.code, "event": line}
    note(connection, person.id, "datum.revealed", f"case {case_id}", after=about, reason=words)
    return told
