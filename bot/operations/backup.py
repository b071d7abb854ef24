"""A backup: one sealed file of database, media and keys, made while the service serves, and read back."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.engine.models import Models
from bot.errors import BackupUnreadable, ModelMissing, OperationFailed
from bot.operations import postgresql, snapshot
from bot.operations.archive import (
    DUMP,
    KEYS,
    MEDIA,
    MODELS,
    SQLITE,
    About,
    Manifest,
    Tell,
    Writer,
    peek,
    read,
    silent,
)
from bot.operations.place import POSTGRESQL, Place, stamp, utc, write_whole
from bot.operations.sealed import Key

#: How backups are called, so that they stand in the order of time; and a folder of one that is being made.
_BEGIN, END, _UNFINISHED = "motcua-", ".backup", ".unfinished-"
#: Told of the latest one, for health and doctor.
LAST = "last.json"


@dataclass(frozen=True)
class Backup:
    """One that was written, and read back where `verified`."""

    path: Path
    bytes: int
    manifest: Manifest
    verified: bool
    #: Older ones that went.
    deleted: tuple[str, ...] = ()


def back_up(
    place: Place,
    keys: Mapping[str, str],
    key: Key,
    to: Path | None = None,
    *,
    with_models: bool = False,
    keep: int = 0,
    verified: bool = True,
    tell: Tell = silent,
) -> Backup:
    """Writes a backup to a file, or under a name of its own into a folder. What is half done goes away again.

    `keys` are those in use, by the name of their file under var/. `keep`: so many of the folder stay, 0 for all.
    Raises OperationFailed.
    """
    target = _target(place, to)
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _beside(target.parent) as folder:
            manifest = _write(place, keys, key, folder, with_models, tell)
            if verified:
                verify(folder / "backup", key, folder, tell)
            size = (folder / "backup").stat().st_size
            (folder / "backup").replace(target)
    except OSError as error:
        raise OperationFailed(f"The backup could not be written: {error.strerror or error}. {_free(place)}") from error
    told = {"at": manifest.about.at, "file": str(target), "bytes": size}
    write_whole(place.backups / LAST, json.dumps(told) + "\n")
    return Backup(target, size, manifest, verified, _rotate(target.parent, keep))


def verify(path: Path, key: Key, scratch: Path, tell: Tell = silent) -> Manifest:
    """Reads a backup from beginning to end, opens its database in a folder below `scratch`, and counts.

    Raises BackupUnreadable, WrongKey, WrongUse, and OperationFailed without PostgreSQL's tools where they are needed.
    """
    try:
        scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
        kind = peek(path, key).kind
        with _beside(scratch) as folder:
            manifest = read(path, key, folder, tell, begin="database.")
            wrong = _lacking(folder / DUMP, manifest) if kind == POSTGRESQL else _differing(folder / SQLITE, manifest)
    except OSError as error:
        raise OperationFailed(f"{path} could not be read: {error.strerror or error}") from error
    if wrong:
        raise BackupUnreadable(f"The backup lacks rows of: {', '.join(sorted(wrong))}. Take another one")
    return manifest


def _lacking(dump: Path, manifest: Manifest) -> set[str]:
    return {name for name, rows in manifest.rows.items() if rows} - postgresql.listed(dump)


def _differing(file: Path, manifest: Manifest) -> set[str]:
    with snapshot.plain(file) as engine, engine.connect() as connection:
        found = snapshot.describe(connection).rows
    return {name for name in {*manifest.rows, *found} if manifest.rows.get(name) != found.get(name)}


def _target(place: Place, to: Path | None) -> Path:
    where = to or place.backups
    own = f"{_BEGIN}{stamp(utc())}{END}"
    return where if where.suffix and not where.is_dir() else where / own


@contextlib.contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """A folder for its owner alone on the same disk, gone afterwards; what a killed one left goes too."""
    for old in folder.glob(f"{_UNFINISHED}*"):
        if not _lives(old):
            shutil.rmtree(old, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f"{_UNFINISHED}{os.getpid()}-", dir=folder) as name:
        yield Path(name)


def _lives(folder: Path) -> bool:
    pid = folder.name.removeprefix(_UNFINISHED).partition("-")[0]
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def _write(place: Place, keys: Mapping[str, str], key: Key, folder: Path, with_models: bool, tell: Tell) -> Manifest:
    name = DUMP if place.kind == POSTGRESQL else SQLITE
    at = utc().isoformat(timespec="seconds")
    tell("database", 0.0)
    found = snapshot.take(place, folder / name)
    about = About(at, found.schema, place.kind)
    with os.fdopen(os.open(folder / "backup", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw:
        writer = Writer(raw, key)
        writer.about(about)
        writer.file(name, folder / name)
        for known, value in keys.items():
            writer.text(f"{KEYS}{known}", value)
        _media(place.media, writer, tell)
        if with_models:
            _model(place, writer)
        manifest = Manifest(about, writer.files.copy(), found.rows, found.audit)
        writer.close(manifest)
        raw.flush()
        os.fsync(raw.fileno())
    # Its rows are in the sealed file: they must not lie about while that is read back.
    (folder / name).unlink()
    return manifest


def _media(folder: Path, writer: Writer, tell: Tell) -> None:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not _unfinished(path))
    for number, path in enumerate(files, 1):
        # What was erased while we were on our way is not to be in the backup.
        with contextlib.suppress(FileNotFoundError):
            writer.file(f"{MEDIA}{path.relative_to(folder).as_posix()}", path)
        tell("media", number / len(files))


def _unfinished(path: Path) -> bool:
    return path.suffix == ".part" or path.is_symlink()


def _model(place: Place, writer: Writer) -> None:
    with contextlib.suppress(ModelMissing):
        path = Models(place.models).active()
        writer.file(f"{MODELS}{path.name}", path)


def _rotate(folder: Path, keep: int) -> tuple[str, ...]:
    """Deletes the oldest of this folder; only files that are called as we call them."""
    known = sorted(path for path in folder.glob(f"{_BEGIN}*{END}") if path.is_file())
    old = known[:-keep] if keep > 0 else []
    for path in old:
        path.unlink(missing_ok=True)
    return tuple(path.name for path in old)


def _free(place: Place) -> str:
    return f"Free on this disk: {place.free() // 1_000_000} MB. Nothing half was left"
