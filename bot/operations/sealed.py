"""The file of a backup: a stream in chunks, each sealed with AES-256-GCM.

    bytes  what
    14     "MOTCUA BACKUP" and a line feed
    1      version of this format: 1
    1      kind of key: 1 passphrase, 2 key file
    1      of a passphrase: scrypt's N is 2 to this power (r 8, p 1); of a key file: 0
    16     salt
    16     check: tells a wrong key from a changed file
    then chunks of 1 MiB (the last is shorter), each followed by the 16 bytes of its tag

scrypt (RFC 7914), or HKDF-SHA256 with the info "motcua backup" (RFC 5869), makes 48 bytes of key and salt: 32 of the
key of all chunks, 16 of the check. The nonce of a chunk is its number in 11 bytes, from 0, and a byte that is 1 for the
last one and 0 before: a file that is cut off, or goes on, does not open. The salt makes each file's key its own, so no
nonce comes twice. Each chunk vouches for the head too. (The same construction as STREAM in age and Tink.)
"""

from __future__ import annotations

import hmac
import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from bot.errors import BackupUnreadable, WrongKey, WrongUse

MAGIC, VERSION = b"MOTCUA BACKUP\n", 1
#: Bytes of a chunk before it is sealed; of a tag.
CHUNK, _TAG = 1 << 20, 16
_PASSPHRASE, _FILE = 1, 2
#: 32 MiB of memory and a tenth of a second; what a head may ask for at most: 1 GiB.
_COST, _COSTS = 15, range(14, 21)
_SALT = _CHECK = 16
_HEAD = len(MAGIC) + 3 + _SALT + _CHECK
#: Shortest passphrase in characters, shortest key file in bytes.
SHORTEST, _SHORTEST_FILE = 16, 32


@dataclass(frozen=True)
class Key:
    """What a backup is sealed with."""

    kind: int
    secret: bytes

    @classmethod
    def passphrase(cls, text: str) -> Key:
        """Raises WrongUse for one that could be guessed."""
        if len(text) < SHORTEST:
            raise WrongUse(f"MOTCUA_BACKUP_KEY has to have {SHORTEST} characters. Make one: openssl rand -base64 24")
        return cls(_PASSPHRASE, text.encode())

    @classmethod
    def file(cls, path: Path) -> Key:
        """The content of a file. Raises WrongUse."""
        try:
            secret = path.read_bytes()
        except OSError as error:
            raise WrongUse(f"{path}: {error.strerror}") from error
        if len(secret) < _SHORTEST_FILE:
            raise WrongUse(f"{path} has to hold {_SHORTEST_FILE} bytes. Make one: openssl rand -out {path} 32")
        return cls(_FILE, secret)

    def derived(self, cost: int, salt: bytes) -> tuple[AESGCM, bytes]:
        """The cipher of one file, and its check."""
        length = 32 + _CHECK
        if self.kind == _PASSPHRASE:
            made = Scrypt(salt=salt, length=length, n=1 << cost, r=8, p=1).derive(self.secret)
        else:
            made = HKDF(SHA256(), length, salt, b"motcua backup").derive(self.secret)
        return AESGCM(made[:32]), made[32:]


class Sealing(io.RawIOBase):
    """Seals what is written to it. A file is whole only after `finish`."""

    def __init__(self, raw: BinaryIO, key: Key) -> None:
        self._raw, self._waiting, self._number = raw, bytearray(), 0
        salt, cost = os.urandom(_SALT), _COST if key.kind == _PASSPHRASE else 0
        self._cipher, check = key.derived(cost, salt)
        self._head = MAGIC + bytes((VERSION, key.kind, cost)) + salt + check
        raw.write(self._head)

    def writable(self) -> bool:
        """It takes bytes."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """All of it, now or with what comes."""
        self._waiting += data
        # More than a chunk: the last one must not be sealed before it is known to be the last.
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(data)

    def finish(self) -> None:
        """Seals the last chunk."""
        self._seal(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _seal(self, plain: bytes, last: bool) -> None:
        self._raw.write(self._cipher.encrypt(_nonce(self._number, last), plain, self._head))
        self._number += 1


class Opening(io.RawIOBase):
    """Reads what was sealed. Raises BackupUnreadable at the first byte that is not as it was written, and WrongKey."""

    def __init__(self, raw: BinaryIO, key: Key) -> None:
        self._raw, self._number, self._ended = raw, 0, False
        self._plain = memoryview(b"")
        self._head = raw.read(_HEAD)
        cost = _cost(self._head, key)
        salt, check = self._head[-_SALT - _CHECK : -_CHECK], self._head[-_CHECK:]
        self._cipher, wanted = key.derived(cost, salt)
        if not hmac.compare_digest(check, wanted):
            raise WrongKey
        self._next = raw.read(CHUNK + _TAG)

    def readable(self) -> bool:
        """It gives bytes."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """As io.RawIOBase tells."""
        while not self._plain and not self._ended:
            self._open()
        size = min(len(buffer), len(self._plain))
        buffer[:size] = self._plain[:size]
        self._plain = self._plain[size:]
        return size

    def _open(self) -> None:
        sealed, self._next = self._next, self._raw.read(CHUNK + _TAG)
        self._ended = not self._next
        try:
            plain = self._cipher.decrypt(_nonce(self._number, self._ended), sealed, self._head)
        except (InvalidTag, ValueError) as error:
            raise BackupUnreadable("The backup is cut off or was changed. Take another one") from error
        self._plain = memoryview(plain)
        self._number += 1


def _cost(head: bytes, key: Key) -> int:
    """Scrypt's cost. Raises BackupUnreadable for what is no backup of ours, WrongUse for the other kind of key."""
    if len(head) < _HEAD or not head.startswith(MAGIC):
        raise BackupUnreadable("This is no backup of this program, or only the beginning of one")
    version, kind, cost = head[len(MAGIC) : len(MAGIC) + 3]
    if version != VERSION:
        raise BackupUnreadable(f"The backup has format {version}; this program reads format {VERSION}")
    if kind not in (_PASSPHRASE, _FILE) or (kind == _PASSPHRASE and cost not in _COSTS):
        raise BackupUnreadable("The head of the backup was changed. Take another one")
    if kind != key.kind:
        wanted = "the passphrase MOTCUA_BACKUP_KEY" if kind == _PASSPHRASE else "a key file: --key-file"
        raise WrongUse(f"This backup was sealed with {wanted}")
    return cost


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes((last,))
