"""Tokens of channels in the database: encrypted, a new pair committed before it is used, one refresher at a time."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import and_, insert, or_, select, update
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from bot.channels.port import Tokens
from bot.post.clock import now
from bot.store.channel_tables import channel_token


class StoredTokens:
    """bot.channels.port.TokenStore of one channel."""

    def __init__(self, engine: Engine, channel: str, secret_key: str) -> None:
        """`secret_key` is the installation's; tokens of another one cannot be read and count as none."""
        self._engine, self._channel = engine, channel
        # Read before each message that is sent: it must not wait for those who write.
        self._reading = engine.execution_options(motcua_read=True)
        key = hashlib.sha256(f"motcua channel tokens\0{secret_key}".encode()).digest()
        self._cipher = Fernet(base64.urlsafe_b64encode(key))

    def read(self) -> Tokens | None:
        """The newest; None before the first login, or where the secret key has changed."""
        mine = select(channel_token.c.tokens).where(channel_token.c.channel == self._channel)
        with self._reading.connect() as connection:
            column = connection.execute(mine).scalar()
        return self._opened(column) if column else None

    def keep(self, tokens: Tokens) -> None:
        """Commits a new pair; the one before is kept for rescue."""
        told = {"access": tokens.access, "refresh": tokens.refresh, "expires_at": tokens.expires_at.isoformat()}
        sealed = self._cipher.encrypt(json.dumps(told).encode()).decode()
        mine = channel_token.c.channel == self._channel
        values = {"tokens": sealed, "previous": channel_token.c.tokens, "kept_at": now(), "taken_until": None}
        with self._engine.begin() as connection:
            if not connection.execute(update(channel_token).where(mine).values(values)).rowcount:
                row = {"channel": self._channel, "tokens": sealed, "kept_at": now()}
                connection.execute(insert(channel_token).values(row))

    def take_turn(self, seconds: float) -> bool:
        """True where nobody else refreshes now."""
        nobody = or_(channel_token.c.taken_until.is_(None), channel_token.c.taken_until < now())
        until = {"taken_until": now() + timedelta(seconds=seconds)}
        try:
            with self._engine.begin() as connection:
                mine = update(channel_token).where(and_(channel_token.c.channel == self._channel, nobody))
                if connection.execute(mine.values(until)).rowcount:
                    return True
                known = select(channel_token.c.channel).where(channel_token.c.channel == self._channel)
                if connection.execute(known).first():
                    return False
                connection.execute(insert(channel_token).values(channel=self._channel, **until))
                return True
        except IntegrityError:
            # Somebody else made the row between our look and ours.
            return False

    def _opened(self, column: str) -> Tokens | None:
        try:
            told = json.loads(self._cipher.decrypt(column.encode()))
        except InvalidToken:
            return None
        return Tokens(told["access"], told["refresh"], datetime.fromisoformat(told["expires_at"]))
