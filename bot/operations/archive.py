"""What is in a backup: a tar in gzip in the sealed stream, `about.json` first and `manifest.json` last.

about.json           when, by which schema, of which kind of database
database.sqlite3     a whole SQLite file, or
database.dump        what pg_dump writes with --format=custom
media/…              what citizens and staff have sent
keys/secret_key      the keys that were in use: sealed data are worthless without them
keys/data_key
models/….tar.gz      the model that answered, where it was asked for
manifest.json        SHA-256 and bytes of each of these, rows of each table, the end of the audit's chain
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, BinaryIO

from bot.errors import BackupUnreadable
from bot.operations.sealed import Key, Opening, Sealing

ABOUT, MANIFEST = "about.json", "manifest.json"
SQLITE, DUMP = "database.sqlite3", "database.dump"
MEDIA, KEYS, MODELS = "media/", "keys/", "models/"
_FOLDERS = (MEDIA, KEYS, MODELS)
_COPY, _COMPRESSION = 1 << 18, 6
#: A step, and the share of it that is done, from 0 to 1.
Tell = Callable[[str, float], None]


def silent(step: str, share: float) -> None:
    """Nobody is told."""


@dataclass(frozen=True)
class About:
    """Of which moment (UTC, ISO 8601), schema and kind of database ("sqlite", "postgresql") a backup is."""

    at: str
    schema: str
    kind: str


@dataclass(frozen=True)
class Manifest:
    """What a backup is to hold; what was read is compared with it."""

    about: About
    #: Name → SHA-256 in hex, and bytes.
    files: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)
    #: Last link of the audit's chain; empty where there is none.
    audit: str = ""


class Writer:
    """Writes a backup. `close` ends it; without that it can never be read."""

    def __init__(self, raw: BinaryIO, key: Key) -> None:
        self._sealing = Sealing(raw, key)
        self._gzip = gzip.GzipFile(fileobj=self._sealing, mode="wb", compresslevel=_COMPRESSION, mtime=0)
        self._tar = tarfile.open(mode="w|", fileobj=self._gzip)  # noqa: SIM115  # closed by `close`
        self.files: dict[str, tuple[str, int]] = {}

    def about(self, about: About) -> None:
        """The first file."""
        self.text(ABOUT, json.dumps(asdict(about)))

    def text(self, name: str, text: str) -> None:
        """A small file."""
        body = text.encode()
        self._add(name, io.BytesIO(body), len(body))

    def file(self, name: str, path: Path) -> None:
        """A file as it is now. Raises OSError."""
        with path.open("rb") as file:
            self._add(name, file, os.fstat(file.fileno()).st_size)

    def close(self, manifest: Manifest) -> None:
        """The manifest, and the end."""
        self.text(MANIFEST, json.dumps(asdict(manifest)))
        self._tar.close()
        self._gzip.close()
        self._sealing.finish()

    def _add(self, name: str, file: IO[bytes], size: int) -> None:
        told = tarfile.TarInfo(name)
        told.size = size
        hashing = _Hashing(file)
        self._tar.addfile(told, hashing)  # type: ignore[arg-type]
        self.files[name] = (hashing.hexdigest(), size)


class _Hashing:
    """A file that is hashed while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._hash = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._hash.update(data)
        return data

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


def read(path: Path, key: Key, to: Path, tell: Tell = silent, *, begin: str = "") -> Manifest:
    """Reads a whole backup and holds it against its manifest; files whose names begin so are laid out in `to`.

    What lies there is to be used only after this has returned. Raises BackupUnreadable, WrongKey, WrongUse, OSError.
    """
    found: dict[str, tuple[str, int]] = {}
    manifest: Manifest | None = None
    with path.open("rb") as raw:
        size = max(path.stat().st_size, 1)
        for name, file in _members(raw, key):
            tell("read", raw.tell() / size)
            if name == MANIFEST:
                manifest = _manifest(file.read())
            else:
                found[name] = _taken(file, to / name if name.startswith(begin) else None)
    if manifest is None or found != manifest.files:
        raise BackupUnreadable("The backup does not hold what its manifest says. Take another one")
    return manifest


def peek(path: Path, key: Key) -> About:
    """Of what a backup is, without reading on. Raises as `read` does."""
    with path.open("rb") as raw:
        for name, file in _members(raw, key):
            if name != ABOUT:
                break
            return About(**json.loads(file.read()))
    raise BackupUnreadable("The backup does not begin as one does")


def belongs(name: str) -> bool:
    """Whether a file of this name may be in a backup: nothing of one is to be written outside of its folders."""
    known = name in (ABOUT, MANIFEST, SQLITE, DUMP) or name.startswith(_FOLDERS)
    return known and "\0" not in name and not {"", ".", ".."} & set(name.split("/"))


def _members(raw: BinaryIO, key: Key) -> Iterator[tuple[str, IO[bytes]]]:
    opening = io.BufferedReader(Opening(raw, key), _COPY)  # type: ignore[type-var]  # all that is read by
    try:
        with gzip.GzipFile(fileobj=opening, mode="rb") as plain, tarfile.open(mode="r|", fileobj=plain) as tar:
            for member in tar:
                file = tar.extractfile(member) if member.isreg() else None
                if file is None or not belongs(member.name):
                    raise BackupUnreadable("The backup holds a file that does not belong into one")
                yield member.name, file
            # The end of the tar is not the end of the file.
            while plain.read(_COPY):
                pass
        if opening.read(1):
            raise BackupUnreadable("Something was added to the backup")
    except (tarfile.TarError, zlib.error, gzip.BadGzipFile, EOFError) as error:
        raise BackupUnreadable("The backup cannot be unpacked. Take another one") from error


def _taken(file: IO[bytes], to: Path | None) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    target = _made(to) if to else None
    try:
        while data := file.read(_COPY):
            digest.update(data)
            size += len(data)
            if target:
                target.write(data)
    finally:
        if target:
            target.close()
    return digest.hexdigest(), size


def _made(path: Path) -> BinaryIO:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = path.open("xb")
    path.chmod(0o600)
    return file


def _manifest(body: bytes) -> Manifest:
    try:
        told: dict[str, Any] = json.loads(body)
        files = {name: (str(digest), int(size)) for name, (digest, size) in told["files"].items()}
        return Manifest(About(**told["about"]), files, told["rows"], told["audit"])
    except (ValueError, KeyError, TypeError) as error:
        raise BackupUnreadable("The manifest of the backup cannot be read") from error
