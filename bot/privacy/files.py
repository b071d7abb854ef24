"""Files on disk, sealed in pieces: any part is read without the rest, and no piece can be moved, cut or taken out.

A sealed file begins with MAGIC and its size as it was, and has one line a piece: a token of Fernet over the number of
the piece, the size, a digest of the file's name, and PIECE bytes (the last one has what is left). What does not begin
with MAGIC is of before, and is read as it is.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.errors import CannotOpen
from bot.privacy.vault import Cipher

MAGIC = b"motcua sealed 1 "
#: Bytes of one piece: what is held in memory at a time.
PIECE = 256 * 1024
#: Signs of the size, and the line's end.
_START = len(MAGIC) + 16 + 1


def write(path: Path, body: bytes, cipher: Cipher) -> None:
    """Seals `body` into a file that is there whole or not at all, readable by its owner alone."""
    _put(path, len(body), (body[at : at + PIECE] for at in range(0, len(body), PIECE)), cipher)


def size(path: Path) -> int | None:
    """Bytes of what was sealed; None for a file that is not sealed."""
    with path.open("rb") as file:
        start = file.read(_START)
    return int(start[len(MAGIC) :], 16) if len(start) == _START and start.startswith(MAGIC) else None


def read(path: Path, cipher: Cipher, first: int = 0, last: int | None = None) -> Iterator[bytes]:
    """Bytes of a sealed file from `first` up to and with `last`, a piece at a time. Raises CannotOpen."""
    whole = size(path)
    if whole is None:
        raise CannotOpen()
    end = whole if last is None else min(last + 1, whole)
    with path.open("rb") as file:
        file.seek(_START + first // PIECE * _line_length(PIECE, path))
        for number in range(first // PIECE, -(-end // PIECE)):
            piece = _opened(file.readline(), number, whole, path, cipher)
            begins = number * PIECE
            yield piece[max(first - begins, 0) : end - begins]


def content(path: Path, cipher: Cipher) -> bytes:
    """All of a file, sealed or not. Raises CannotOpen, and OSError."""
    return path.read_bytes() if size(path) is None else b"".join(read(path, cipher))


def sealed_in(folder: Path) -> Iterator[Path]:
    """The sealed files of a folder and of those within."""
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file() and path.suffix != ".part" and size(path) is not None:
            yield path


def standing(path: Path, cipher: Cipher) -> str:
    """Whether a sealed file is "fresh" (the first key), "old" (another one) or "lost" (none), by its first piece."""
    with path.open("rb") as file:
        file.seek(_START)
        token = file.readline().rstrip(b"\n").decode("ascii", "replace")
    return cipher.standing(token) if token else "fresh"


def renew(path: Path, cipher: Cipher) -> bool:
    """Seals a file anew under the first key; a clear one too. False for one that is fresh. Raises CannotOpen."""
    whole = size(path)
    if whole is None:
        write(path, path.read_bytes(), cipher)
    elif standing(path, cipher) != "old":
        return False
    else:
        _put(path, whole, read(path, cipher), cipher)
    return True


def _put(path: Path, whole: int, pieces: Iterable[bytes], cipher: Cipher) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_suffix(".part")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(MAGIC + b"%016x\n" % whole)
            for number, piece in enumerate(pieces):
                file.write(cipher.seal_bytes(_head(number, whole, path) + piece) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except (OSError, CannotOpen):
        # A full disk: what is half there would keep it full.
        beside.unlink(missing_ok=True)
        raise


def _head(number: int, whole: int, path: Path) -> bytes:
    return b"%08x%016x%s" % (number, whole, hashlib.sha256(path.name.encode()).digest()[:16])


def _opened(line: bytes, number: int, whole: int, path: Path, cipher: Cipher) -> bytes:
    told, head = cipher.open_bytes(line.rstrip(b"\n")), _head(number, whole, path)
    if not told.startswith(head) or len(told) - len(head) != min(PIECE, whole - number * PIECE):
        raise CannotOpen()
    return told[len(head) :]


def _line_length(count: int, path: Path) -> int:
    """Of a piece of so many bytes: version, time, vector and digest take 57, blocks have 16; base64, and the end."""
    within = 57 + (count + len(_head(0, 0, path))) // 16 * 16 + 16
    return (within + 2) // 3 * 4 + 1
