"""Passwords: which may be used, how they are kept, and how they are looked at. Nothing here is ever logged."""

from __future__ import annotations

import secrets
import unicodedata
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.words import staff_words

#: Characters.
SHORTEST, LONGEST = 10, 200
#: argon2id with what the library recommends; a kept password is hashed anew at the next login when that moves.
hasher = PasswordHasher()

_HERE = Path(__file__).parent
#: No letter that looks like a figure, so that it can be read out and typed.
_MADE_OF, _GROUPS, _GROUP = "abcdefghjkmnpqrstuvwxyz23456789", 4, 4


def trouble(password: str, login: str) -> str:
    """The key of the words for why it may not be used; empty where it may."""
    typed = _normal(password)
    if len(typed) < SHORTEST:
        return "password.short"
    if len(typed) > LONGEST:
        return "password.long"
    if _bare(typed) == _bare(login):
        return "password.login"
    if typed.casefold() in _common() or len(set(typed.casefold())) < 4:
        return "password.common"
    return ""


def told(key: str, language: str) -> str:
    """The words of `trouble`."""
    return staff_words().say(key, language, shortest=SHORTEST, longest=LONGEST)


def make() -> str:
    """One that nobody can guess: 79 bits, easy to read out."""
    return "-".join("".join(secrets.choice(_MADE_OF) for _ in range(_GROUP)) for _ in range(_GROUPS))


def hashed(password: str) -> str:
    """As it is kept, salt and parameters within. Takes some 50 ms and 64 MiB."""
    return hasher.hash(_normal(password))


def fits(kept: str, password: str) -> bool:
    """Whether it is the password. Takes as long as `hashed`."""
    try:
        return hasher.verify(kept, _normal(password))
    except (VerificationError, InvalidHashError):
        return False


def nobodys() -> str:
    """What nobody's password is kept as. Looking at it takes as long as at somebody's, so that time tells nothing."""
    return _nobodys(hasher)


def worn(kept: str) -> bool:
    """Whether the parameters have moved since it was hashed."""
    return hasher.check_needs_rehash(kept)


def _normal(password: str) -> str:
    """Keyboards for Vietnamese make the same letter in two ways."""
    return unicodedata.normalize("NFC", password)


def _bare(text: str) -> str:
    """Its letters alone: figures hung on to a login do not hide it."""
    return "".join(letter for letter in text.casefold() if letter.isalpha()) or text


@lru_cache(maxsize=2)
def _nobodys(by: PasswordHasher) -> str:
    return by.hash(secrets.token_hex(16))


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    lines = (_HERE / "common_passwords.txt").read_text("utf-8").splitlines()
    return frozenset(line.casefold() for line in lines if line and not line.startswith("#"))
