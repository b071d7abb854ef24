"""What seals, with the data key; and when what is sealed goes."""

from __future__ import annotations

import hashlib
import hmac
import re
from contextlib import suppress
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import delete
from sqlalchemy.engine import Connection

from bot import settings as settings_module
from bot.errors import CannotOpen, WrongUse
from bot.store.vault_tables import sealed

#: How a token of Fernet begins (version, and a time before 2106), and its least length; no name or number does.
_TOKEN = re.compile(r"gAAAA[A-Za-z0-9_=-]{95,}")


class Cipher:
    """Fernet (AES-128-CBC and HMAC-SHA256) with one key or several: the first seals, all open."""

    def __init__(self, keys: str) -> None:
        """`keys`: settings.data_key, parted by spaces. Raises WrongUse where one is none."""
        try:
            parts = [Fernet(key) for key in keys.split()]
        except ValueError:
            raise WrongUse(
                "MOTCUA_DATA_KEY holds something that is no key. Make one with: motcua privacy new-key"
            ) from None
        if not parts:
            raise WrongUse("MOTCUA_DATA_KEY is empty. Make a key with: motcua privacy new-key")
        self._first, self._all = parts[0], MultiFernet(parts)
        self._secret = keys.split()[0].encode()

    def seal(self, text: str) -> str:
        """A token: text of ASCII, some 100 characters longer than a third more than `text`."""
        return self._first.encrypt(text.encode()).decode()

    def open(self, token: str) -> str:
        """What was sealed. Raises CannotOpen."""
        return self.open_bytes(token.encode()).decode()

    def seal_bytes(self, content: bytes) -> bytes:
        """The same for what is no text."""
        return self._first.encrypt(content)

    def open_bytes(self, token: bytes) -> bytes:
        """What was sealed. Raises CannotOpen."""
        try:
            return self._all.decrypt(token)
        except InvalidToken:
            raise CannotOpen() from None

    def opened(self, kept: str | None) -> str:
        """A column that may be of before it was sealed: what is no token is what it says; "" for None.

        Raises CannotOpen.
        """
        return self.open(kept) if kept and is_token(kept) else kept or ""

    def mark(self, text: str) -> str:
        """16 signs by which the same text is known again, and nothing is known of it without the key."""
        return hmac.new(self._secret, b"mark\0" + text.encode(), hashlib.sha256).hexdigest()[:16]

    def standing(self, token: str) -> str:
        """Whether it is "fresh" (sealed with the first key), "old" (with another one) or "lost" (no key opens it)."""
        for cipher, found in ((self._first, "fresh"), (self._all, "old")):
            with suppress(InvalidToken):
                cipher.decrypt(token.encode())
                return found
        return "lost"


def is_token(kept: str) -> bool:
    """Whether a text is a token, by its shape."""
    return bool(_TOKEN.fullmatch(kept))


def new_key() -> str:
    """A key for MOTCUA_DATA_KEY."""
    return Fernet.generate_key().decode()


@lru_cache(maxsize=8)
def _of(keys: str) -> Cipher:
    return Cipher(keys)


class _Mine:
    """The cipher of this process."""

    cipher: Cipher | None = None


def use(keys: str) -> None:
    """From now on this process seals with these keys; "" changes nothing. Raises WrongUse."""
    if keys:
        _Mine.cipher = _of(keys)


def cipher() -> Cipher:
    """The cipher of this process: what `use` was told, else the settings. Raises WrongUse."""
    if _Mine.cipher is None:
        _Mine.cipher = _of(settings_module.load().data_key)
    return _Mine.cipher


def forget_conversation(connection: Connection, conversation_id: int) -> int:
    """Deletes all that is sealed of a conversation, and how many rows that were."""
    return int(connection.execute(delete(sealed).where(sealed.c.conversation_id == conversation_id)).rowcount)
