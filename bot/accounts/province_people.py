"""Which of the staff somebody is at the province's sign-in."""

from __future__ import annotations

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from bot.accounts import people
from bot.accounts.people import Person
from bot.accounts.province import Told
from bot.audit.writing import note
from bot.errors import StaffInvalid
from bot.post.clock import now
from bot.store.account_tables import province_account as account


def email_of(connection: Connection, staff_id: int) -> str:
    """What an admin has written; empty for nothing."""
    return str(connection.execute(select(account.c.email).where(account.c.staff_id == staff_id)).scalar() or "")


def put(connection: Connection, staff_id: int, email: str) -> None:
    """Lets whoever has this address at the province in as one of the staff; "" lets nobody. Raises StaffInvalid.

    Whoever was bound before is so no more.
    """
    told = email.strip().lower()
    if not people.email_fits(told):
        raise StaffInvalid("This is no e-mail address", "email")
    connection.execute(delete(account).where(account.c.staff_id == staff_id))
    if not told:
        return
    try:
        with connection.begin_nested():
            connection.execute(insert(account).values(staff_id=staff_id, email=told))
    except IntegrityError as error:
        raise StaffInvalid("Somebody else has this e-mail address", "province_taken") from error


def find(connection: Connection, told: Told) -> Person | None:
    """Who it is; None for nobody here. The first time binds the account to what the issuer calls them."""
    mine = (account.c.issuer == told.issuer) & (account.c.subject == told.subject)
    known = connection.execute(select(account.c.staff_id).where(mine)).scalar()
    if known is None:
        known = _bound(connection, told)
    return people.by_id(connection, known) if known is not None else None


def _bound(connection: Connection, told: Told) -> int | None:
    """Only an account that is bound to nobody: another person with the same address later is not the same one."""
    if not told.email:
        return None
    free = (account.c.email == told.email) & account.c.subject.is_(None)
    staff_id: int | None = connection.execute(select(account.c.staff_id).where(free)).scalar()
    if staff_id is None:
        return None
    values = {"issuer": told.issuer, "subject": told.subject, "bound_at": now()}
    if not connection.execute(update(account).where(free).values(**values)).rowcount:
        return None
    note(connection, staff_id, "staff.province_bound", people.name_of(connection, staff_id))
    return staff_id
