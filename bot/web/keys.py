"""Keys of programs that may use /api/v1. Only their digests are kept."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Engine

from bot.post.clock import now
from bot.store.channel_tables import api_key

#: Characters of the longest name; the column holds no more.
LONGEST_NAME = 80
#: By it a key is known for one where it was written by mistake: in a log, in a repository.
_PREFIX = "motcua_"
_BEARER = re.compile(r"bearer +([\x21-\x7e]{1,200}) *", re.IGNORECASE)


@dataclass(frozen=True)
class Key:
    """A key, without its secret."""

    id: int
    name: str
    created_at: datetime
    #: None while it is good.
    revoked_at: datetime | None


class Keys:
    """The keys in the database."""

    def __init__(self, database: Engine) -> None:
        self._database = database
        self._reading = database.execution_options(motcua_read=True)

    def add(self, name: str) -> tuple[int, str]:
        """A new key: its number and the secret, which is told this once. 256 bits, so that a plain digest will do."""
        secret = _PREFIX + secrets.token_urlsafe(32)
        with self._database.begin() as connection:
            values = {"name": name, "digest": _digest(secret), "created_at": now()}
            made = connection.execute(insert(api_key).values(**values))
        return int(made.inserted_primary_key[0]), secret

    def all(self) -> list[Key]:
        """Every key there ever was, oldest first."""
        columns = (api_key.c.id, api_key.c.name, api_key.c.created_at, api_key.c.revoked_at)
        with self._reading.connect() as connection:
            return [Key(*row) for row in connection.execute(select(*columns).order_by(api_key.c.id))]

    def revoke(self, number: int) -> bool:
        """Ends a key from its next request on; False where no such key is good."""
        mine = (api_key.c.id == number) & api_key.c.revoked_at.is_(None)
        with self._database.begin() as connection:
            return bool(connection.execute(update(api_key).where(mine).values(revoked_at=now())).rowcount)

    def of(self, authorization: str) -> int | None:
        """The number of the key in a header "Authorization: Bearer …"; None for one that is not good."""
        bearer = _BEARER.fullmatch(authorization)
        if bearer is None:
            return None
        # Looked up by its digest: how long that takes tells nothing about a secret.
        good = (api_key.c.digest == _digest(bearer[1])) & api_key.c.revoked_at.is_(None)
        with self._reading.connect() as connection:
            found = connection.execute(select(api_key.c.id).where(good)).scalar()
        return None if found is None else int(found)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
