"""Codes that prove who speaks: eight figures, made for one conversation, known to the official page for ten minutes.

A code of staff says that an officer of ours made it for this citizen's conversation. A code of the bot proves only the
chat in which it stands: anybody can ask the bot for one and pass it on, and the official page says so.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, func, insert, select
from sqlalchemy.engine import Connection

from bot.post.clock import now
from bot.store.scam_tables import scam_code
from bot.store.tables import conversation

#: How long a code is good for, and how long rows are counted.
LASTS, _COUNTED = timedelta(minutes=10), timedelta(hours=1)
#: Codes of the bot that one conversation gets within the hour.
MOST = 6
_FIGURES = 8
_TYPED = re.compile(r"\D+")


@dataclass(frozen=True)
class Given:
    """What a good code tells: no name, nothing of the citizen."""

    at: datetime
    #: An officer made it; else the bot.
    by_staff: bool
    #: Where the conversation is.
    channel: str


def fresh(secret: str) -> tuple[str, str]:
    """A code and its digest, to be kept with `keep`. `secret` is MOTCUA_SECRET_KEY."""
    code = f"{secrets.randbelow(10**_FIGURES):0{_FIGURES}}"
    return code, digest(secret, code)


def digest(secret: str, typed: str) -> str:
    """Of a code as somebody typed it, with whatever stands between its figures; empty where it cannot be one."""
    code = _TYPED.sub("", typed) if typed.isascii() else ""
    if len(code) != _FIGURES:
        return ""
    return hmac.new(secret.encode(), f"official {code}".encode(), hashlib.sha256).hexdigest()


def keep(connection: Connection, kept: str, conversation_id: int, staff_id: int | None = None) -> bool:
    """From now on the code of a digest is good. False where this conversation has had too many, or it is taken."""
    connection.execute(delete(scam_code).where(scam_code.c.created_at < now() - _COUNTED))
    mine = and_(scam_code.c.conversation_id == conversation_id, scam_code.c.staff_id.is_(None))
    given = select(func.count()).select_from(scam_code).where(mine)
    taken = select(scam_code.c.id).where(scam_code.c.digest == kept)
    many = staff_id is None and int(connection.execute(given).scalar() or 0) >= MOST
    if many or connection.execute(taken).first():
        return False
    whose = {"digest": kept, "conversation_id": conversation_id, "staff_id": staff_id}
    connection.execute(insert(scam_code).values(**whose, created_at=now(), expires_at=now() + LASTS))
    return True


def check(connection: Connection, kept: str) -> Given | None:
    """What the code of a digest tells; None where it is not good."""
    good = and_(scam_code.c.digest == kept, scam_code.c.expires_at > now())
    wanted = select(scam_code.c.created_at, scam_code.c.staff_id, conversation.c.channel)
    joined = wanted.join(conversation, conversation.c.id == scam_code.c.conversation_id)
    found = connection.execute(joined.where(good)).first() if kept else None
    return Given(found.created_at, found.staff_id is not None, found.channel) if found else None


def shown(code: str) -> str:
    """As people read it out: "1234 5678"."""
    return f"{code[: _FIGURES // 2]} {code[_FIGURES // 2 :]}"
