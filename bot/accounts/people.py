"""Those who sign in: officers and leads at the desk, admins at the console."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import and_, case, exists, insert, or_, select, update
from sqlalchemy.engine import Connection, Engine, Row
from sqlalchemy.exc import IntegrityError

from bot.accounts import misses, passwords
from bot.errors import StaffInvalid
from bot.post.clock import ago, now
from bot.store.account_tables import second_factor
from bot.store.desk_tables import office, staff
from procedures.validity import utc

#: What staff may speak: Vietnamese, Tày, Nùng, Hmong, Dao, Chinese, English. The bot tells Nùng as Tày: it cannot part
#: them.
LANGUAGES = ("vi", "tyz", "nut", "hmn", "ium", "zh", "en")
#: Languages of the desk, and ways of an alert.
LOCALES, WAYS = ("vi", "en"), ("email", "chat")
#: Seconds for which a sign of life is good: no second one is written within them.
SIGN_OF_LIFE = 20.0
LONGEST_NAME, LONGEST_EMAIL = 120, 160

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{1,39}")
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}")


_SECOND = exists().where(second_factor.c.staff_id == staff.c.id).label("second")


class Role(str, Enum):
    """What somebody may do: each may do what those before may."""

    OFFICER = "officer"
    LEAD = "lead"
    #: Of the answers: writes them; lets them out.
    EDITOR = "editor"
    REVIEWER = "reviewer"
    ADMIN = "admin"

    def may(self, role: Role) -> bool:
        """Whether this one may do what `role` may."""
        order = list(Role)
        return order.index(self) >= order.index(role)


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in."""

    id: int
    login: str
    name: str
    role: Role
    office_id: int
    #: Codes of LANGUAGES.
    languages: tuple[str, ...]
    email: str
    #: Their own conversation with the bot, where alerts go as chat messages.
    conversation_id: int | None
    #: Of WAYS.
    alerts: frozenset[str]
    #: Of LOCALES.
    locale: str
    sound: bool
    on_duty: bool
    #: UTC, aware.
    seen_at: datetime | None
    #: Part of each session; moved to end them all.
    epoch: int
    #: Whether a telephone computes codes for them: bot.accounts.factors.
    second: bool


def by_id(connection: Connection, staff_id: int) -> Person | None:
    """Somebody who can sign in; None for nobody, and for one who has ended."""
    return _one(connection, staff.c.id == staff_id)


def by_login(connection: Connection, login: str) -> Person | None:
    """The same by what they type; capitals do not matter."""
    known = named(login)
    return _one(connection, staff.c.login == known) if known else None


def every(connection: Connection, office_id: int | None = None) -> tuple[Person, ...]:
    """All who can sign in, or those of one office, by name."""
    mine = [] if office_id is None else [staff.c.office_id == office_id]
    wanted = select(staff, _SECOND).where(staff.c.ended_at.is_(None), *mine).order_by(staff.c.name, staff.c.id)
    return tuple(_person(row) for row in connection.execute(wanted))


def name_of(connection: Connection, staff_id: int) -> str:
    """Also of somebody who has ended, for what they once did; empty for nobody."""
    return str(connection.execute(select(staff.c.name).where(staff.c.id == staff_id)).scalar() or "")


def named(login: str) -> str:
    """A login as it is kept; empty for what cannot be one."""
    folded = login.strip().lower()
    return folded if _LOGIN.fullmatch(folded) else ""


def email_fits(email: str) -> bool:
    """Whether mail can be sent there; empty is nowhere, which is fine."""
    return email == "" or (len(email) <= LONGEST_EMAIL and _EMAIL.fullmatch(email) is not None)


def add(
    connection: Connection,
    *,
    login: str,
    name: str,
    role: Role,
    office_id: int,
    password: str,
    languages: Sequence[str] = ("vi",),
    email: str = "",
) -> int:
    """Somebody new, on duty, with the desk in Vietnamese; their id. Raises StaffInvalid."""
    kept = named(login)
    if not kept:
        raise StaffInvalid("A login has 2 to 40 of a-z, 0-9, dot, dash, underscore and @", "login")
    values = _fitting(connection, {"name": name, "role": role, "office_id": office_id, "languages": languages})
    values |= _fitting(connection, {"email": email})
    values |= {"login": kept, "password": _hashed(password, kept), "created_at": now()}
    try:
        with connection.begin_nested():
            made = connection.execute(insert(staff).values(**values))
    except IntegrityError as error:
        told = f'The login "{kept}" is taken, perhaps by somebody who has left: logins are not used twice'
        raise StaffInvalid(told, "login_taken") from error
    return int(made.inserted_primary_key[0])


def change(connection: Connection, staff_id: int, **changed: Any) -> None:
    """Any of name, role, office_id, languages, email, conversation_id, alerts, locale, sound, on_duty.

    Another role ends all sessions. Raises StaffInvalid for a value that cannot be, for somebody who is not there, and
    for the last admin's role.
    """
    if changed.get("role", Role.ADMIN) is not Role.ADMIN:
        _keep_an_admin(connection, staff_id)
    values = _fitting(connection, changed)
    if "role" in values:
        values["epoch"] = case((staff.c.role == values["role"], staff.c.epoch), else_=staff.c.epoch + 1)
    _write(connection, staff_id, **values)


def end(connection: Connection, staff_id: int) -> None:
    """They can no longer sign in, and are signed out. Their cases: see bot.accounts.leaving. Raises StaffInvalid."""
    _keep_an_admin(connection, staff_id)
    _write(connection, staff_id, ended_at=now(), on_duty=False, epoch=staff.c.epoch + 1)


def set_password(connection: Connection, staff_id: int, password: str) -> None:
    """A new one, which also unlocks; whoever is signed in with the old one no longer is. Raises StaffInvalid."""
    person = by_id(connection, staff_id)
    hashed = _hashed(password, person.login if person else "")
    _write(connection, staff_id, password=hashed, epoch=staff.c.epoch + 1, misses=0, locked_until=None)
    misses.forget(connection, staff_id)


def sign_out(connection: Connection, staff_id: int) -> None:
    """Ends all sessions of theirs. Raises StaffInvalid where nobody is there."""
    _write(connection, staff_id, epoch=staff.c.epoch + 1)


def seen(engine: Engine, staff_id: int) -> None:
    """A sign of life of a page of theirs, kept at most every 20 s."""
    due = and_(staff.c.id == staff_id, or_(staff.c.seen_at.is_(None), staff.c.seen_at < ago(SIGN_OF_LIFE)))
    # Pages ask far more often than there is something to keep: most must not wait for the lock of those who write.
    with engine.execution_options(motcua_read=True).connect() as connection:
        if connection.execute(select(staff.c.id).where(due)).first() is None:
            return
    with engine.begin() as connection:
        connection.execute(update(staff).where(due).values(seen_at=now()))


def _one(connection: Connection, which: Any) -> Person | None:
    row = connection.execute(select(staff, _SECOND).where(which, staff.c.ended_at.is_(None))).first()
    return _person(row) if row else None


def _person(row: Row) -> Person:
    return Person(
        row.id,
        row.login,
        row.name,
        Role(row.role),
        row.office_id,
        tuple(row.languages.split()),
        row.email,
        row.conversation_id,
        frozenset(row.alerts.split()),
        row.locale,
        row.sound,
        row.on_duty,
        utc(row.seen_at) if row.seen_at else None,
        row.epoch,
        bool(row.second),
    )


def _write(connection: Connection, staff_id: int, **values: Any) -> None:
    mine = and_(staff.c.id == staff_id, staff.c.ended_at.is_(None))
    if values and not connection.execute(update(staff).where(mine).values(**values)).rowcount:
        raise StaffInvalid("Nobody who can sign in has this number", "nobody")


def _hashed(password: str, login: str) -> str:
    trouble = passwords.trouble(password, login)
    if trouble:
        raise StaffInvalid(passwords.told(trouble, "en"))
    return passwords.hashed(password)


def _keep_an_admin(connection: Connection, staff_id: int) -> None:
    """Without one nobody could let anybody in from a browser."""
    admins = select(staff.c.id).where(staff.c.role == Role.ADMIN.value, staff.c.ended_at.is_(None))
    # Locked, so that two admins who end each other at once do not both pass. Cases that name them need not wait.
    locked = admins.order_by(staff.c.id).with_for_update(key_share=True)
    if list(connection.execute(locked).scalars()) == [staff_id]:
        raise StaffInvalid("This is the last admin. Make somebody else admin first", "last_admin")


def _fitting(connection: Connection, changed: dict[str, Any]) -> dict[str, Any]:
    """Values as they are kept. Raises StaffInvalid for one that cannot be, and KeyError for a column nobody changes."""
    return {name: _FITS[name](connection, value) for name, value in changed.items()}


def _name(_: Connection, name: str) -> str:
    plain = " ".join(name.split())
    if not 1 <= len(plain) <= LONGEST_NAME or not plain.isprintable():
        raise StaffInvalid(f"A name has 1 to {LONGEST_NAME} characters", "name")
    return plain


def _office(connection: Connection, office_id: int) -> int:
    there = select(office.c.id).where(office.c.id == office_id, office.c.ended_at.is_(None))
    if connection.execute(there).first() is None:
        raise StaffInvalid("There is no such office. See: motcua office list", "office")
    return office_id


def _email(_: Connection, email: str) -> str:
    if not email_fits(email.strip()):
        raise StaffInvalid("This is no e-mail address", "email")
    return email.strip()


def _languages(_: Connection, languages: Sequence[str]) -> str:
    return _among("languages", LANGUAGES, languages) or "vi"


def _among(what: str, known: Sequence[str], given: Sequence[str]) -> str:
    """In our order, parted by spaces."""
    strange = [one for one in given if one not in known]
    if strange:
        raise StaffInvalid(f"{what} may be {', '.join(known)}, not {', '.join(strange)}", what)
    return " ".join(one for one in known if one in given)


_FITS: dict[str, Any] = {
    "name": _name,
    "role": lambda _, role: Role(role).value,
    "office_id": _office,
    "languages": _languages,
    "email": _email,
    "conversation_id": lambda _, conversation_id: conversation_id,
    "alerts": lambda _, alerts: _among("alerts", WAYS, sorted(alerts)),
    "locale": lambda _, locale: _among("locale", LOCALES, [locale]),
    "sound": lambda _, on: bool(on),
    "on_duty": lambda _, on: bool(on),
}
