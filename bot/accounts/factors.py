"""The second factor: codes of six digits that a telephone computes (TOTP, RFC 6238), and codes for when it is lost."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from enum import Enum

import pyotp
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection, Engine

from bot.accounts import misses, passwords, people
from bot.accounts.misses import CODE, Paid
from bot.accounts.people import Person, Role
from bot.audit.writing import note
from bot.post.clock import now
from bot.privacy import vault
from bot.settings import Settings
from bot.store.account_tables import recovery_code, second_factor
from bot.store.desk_tables import staff

#: Seconds for which a code is shown, and how many steps before and after a clock may be off.
STEP, DRIFT = 30, 1
#: Recovery codes of each person: 16 characters, 79 bits.
CODES = 8
#: What a telephone calls it.
ISSUER = "Mot Cua Cao Bang"


class Shown(Enum):
    """What somebody typed."""

    CODE = "code"
    RECOVERY = "recovery"
    WRONG = "wrong"
    #: No more are heard for some minutes.
    LOCKED = "locked"


def needed(settings: Settings, role: Role) -> bool:
    """Whether whoever has this role must have a second factor; an admin always must."""
    return role.may(Role.ADMIN) or role.may(Role(settings.second_factor))


def new_secret() -> str:
    """160 bits, as a telephone takes them: base32."""
    return pyotp.random_base32()


def address(secret: str, login: str) -> str:
    """What the picture holds that a telephone reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


def enrol(connection: Connection, person: Person, secret: str, typed: str, at: datetime) -> tuple[str, ...] | None:
    """Takes a telephone, in place of the one before, where its code is right: new recovery codes; None where not.

    None too where the account has moved on since `person` was read: the same form was sent twice. All sessions end:
    whoever was signed in with less is so no more.
    """
    mine = select(staff.c.epoch).where(staff.c.id == person.id, staff.c.ended_at.is_(None)).with_for_update()
    step = _step_of(secret, typed, at)
    if step is None or connection.execute(mine).scalar() != person.epoch:
        return None
    connection.execute(delete(second_factor).where(second_factor.c.staff_id == person.id))
    row = {"staff_id": person.id, "secret": vault.cipher().seal(secret), "last_step": step, "created_at": at}
    connection.execute(insert(second_factor).values(**row))
    people.sign_out(connection, person.id)
    misses.forget(connection, person.id, CODE)
    return renew(connection, person.id)


def renew(connection: Connection, staff_id: int) -> tuple[str, ...]:
    """New recovery codes, shown this once; the ones before are good no more."""
    codes = tuple(passwords.make() for _ in range(CODES))
    connection.execute(delete(recovery_code).where(recovery_code.c.staff_id == staff_id))
    connection.execute(insert(recovery_code), [{"digest": _digest(code), "staff_id": staff_id} for code in codes])
    return codes


def drop(connection: Connection, staff_id: int) -> bool:
    """Without a second factor from now on, and signed out everywhere; whether there was one."""
    connection.execute(delete(recovery_code).where(recovery_code.c.staff_id == staff_id))
    gone = connection.execute(delete(second_factor).where(second_factor.c.staff_id == staff_id)).rowcount
    misses.forget(connection, staff_id, CODE)
    people.sign_out(connection, staff_id)
    return bool(gone)


def left(connection: Connection, staff_id: int) -> int:
    """How many recovery codes are still good."""
    mine = (recovery_code.c.staff_id == staff_id) & recovery_code.c.used_at.is_(None)
    return int(connection.execute(select(func.count()).select_from(recovery_code).where(mine)).scalar() or 0)


def check(database: Engine, person: Person, typed: str, at: datetime | None = None) -> Shown:
    """Whether it is a code of theirs: each is good once, and wrong ones are counted like passwords.

    Raises CannotOpen where the key is gone that sealed the secret.
    """
    moment = at or now()
    with database.begin() as connection:
        # One after the other: two of the same code at once are a first and a second one.
        mine = select(staff.c.id).where(staff.c.id == person.id, staff.c.ended_at.is_(None)).with_for_update()
        if connection.execute(mine).first() is None:
            return Shown.WRONG
        paid = misses.pay(connection, person.id, CODE, moment)
        if paid is Paid.REFUSED:
            return Shown.LOCKED
        shown = _shown(connection, person.id, typed, moment)
        if shown is Shown.WRONG:
            note(connection, None, "code.locked" if paid is Paid.LAST else "code.refused", person.login)
        else:
            misses.forget(connection, person.id, CODE)
    return shown


def _shown(connection: Connection, staff_id: int, typed: str, at: datetime) -> Shown:
    plain = "".join(typed.split())
    if plain.isascii() and plain.isdigit():
        return Shown.CODE if _take_code(connection, staff_id, plain, at) else Shown.WRONG
    used = (recovery_code.c.digest == _digest(plain)) & (recovery_code.c.staff_id == staff_id)
    good = update(recovery_code).where(used, recovery_code.c.used_at.is_(None)).values(used_at=at)
    return Shown.RECOVERY if connection.execute(good).rowcount else Shown.WRONG


def _take_code(connection: Connection, staff_id: int, typed: str, at: datetime) -> bool:
    mine = second_factor.c.staff_id == staff_id
    sealed = connection.execute(select(second_factor.c.secret).where(mine)).scalar()
    step = _step_of(vault.cipher().open(sealed), typed, at) if sealed else None
    if step is None:
        return False
    # Who looked over somebody's shoulder brings the same code too late.
    newer = update(second_factor).where(mine, second_factor.c.last_step < step).values(last_step=step)
    return bool(connection.execute(newer).rowcount)


def _step_of(secret: str, typed: str, at: datetime) -> int | None:
    """The step whose code it is, not farther off than a clock may be; None for none."""
    plain, now_ = "".join(typed.split()), int(at.timestamp()) // STEP
    totp = pyotp.TOTP(secret, interval=STEP)
    steps = range(now_ - DRIFT, now_ + DRIFT + 1)
    fitting = [step for step in steps if hmac.compare_digest(totp.generate_otp(step).encode(), plain.encode())]
    return max(fitting, default=None)


def _digest(code: str) -> str:
    """Blanks, dashes and capitals do not matter. No salt: 79 bits are nobody's guess."""
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()
