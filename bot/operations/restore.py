"""A backup brought back: read whole in a folder beside, then put in place; what was there is kept aside."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.engine.models import Models
from bot.errors import OperationFailed
from bot.operations import erased_since, moving, postgresql, snapshot
from bot.operations.archive import DUMP, SQLITE, About, Manifest, Tell, peek, read, silent
from bot.operations.databases import Database
from bot.operations.place import POSTGRESQL, Place, stamp, utc, write_whole
from bot.operations.sealed import Key


@dataclass(frozen=True)
class Restored:
    """What came of it. `rows`: of each table, in the backup and here. `aside`: where lies what was there, "" for none.

    `forgotten`: conversations that were erased after the backup; they are erased again as soon as the service runs.
    """

    manifest: Manifest
    rows: dict[str, tuple[int, int]]
    audit: tuple[str, str]
    media: int
    aside: str = ""
    forgotten: int = 0

    @property
    def same(self) -> bool:
        """Everything is here that the backup holds."""
        return self.audit[0] == self.audit[1] and all(then == now for then, now in self.rows.values())


def restore(
    path: Path,
    key: Key,
    place: Place,
    *,
    over: bool = False,
    only_database: bool = False,
    tell: Tell = silent,
) -> Restored:
    """Restores into an empty place; with `over` into any, whose content is kept aside. Or nothing is changed.

    Raises OperationFailed: BackupUnreadable, WrongKey, InUse among others.
    """
    try:
        about = peek(path, key)
        database = Database.of(place)
        _fits(about, place)
        occupied = database.occupied() or (not only_database and _holds_files(place.media))
        if occupied and not over:
            raise OperationFailed(
                "There is something already. With --yes it is kept aside, and the backup takes its place"
            )
        database.must_be_free()
        place.var.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryDirectory(prefix=".restoring-", dir=place.var) as name:
            manifest = read(path, key, Path(name), tell, begin="database." if only_database else "")
            tell("in place", 0.0)
            return _put(Path(name), manifest, place, database, only_database)
    except OSError as error:
        raise OperationFailed(f"{path} was not restored: {error.strerror or error}") from error


def _fits(about: About, place: Place) -> None:
    if about.kind == POSTGRESQL != place.kind:
        raise OperationFailed(
            "The backup is one of PostgreSQL. Set MOTCUA_DATABASE_URL to an empty database there, and leave --to out"
        )


def _holds_files(folder: Path) -> bool:
    return any(path.is_file() for path in folder.rglob("*"))


def _put(staged: Path, manifest: Manifest, place: Place, database: Database, only_database: bool) -> Restored:
    aside = place.var / f"before-restore-{stamp(utc())}"
    with _undone_where_it_fails() as undo:
        kept = database.put_aside(aside, undo)
        _fill(staged, manifest, place, undo)
        files = 0 if only_database else _files(staged, place, aside, undo)
        with database.reading() as connection:
            found = snapshot.describe(connection)
    names = sorted({*manifest.rows, *found.rows})
    rows = {name: (manifest.rows.get(name, 0), found.rows.get(name, 0)) for name in names}
    forgotten = erased_since.again(database, kept) if kept else 0
    told = str(aside) if aside.exists() else kept
    return Restored(manifest, rows, (manifest.audit, found.audit), files, told, forgotten)


def _fill(staged: Path, manifest: Manifest, place: Place, undo: contextlib.ExitStack) -> None:
    if place.kind != POSTGRESQL:
        place.file.parent.mkdir(parents=True, exist_ok=True)
        _moved(staged / SQLITE, place.file, undo)
    elif manifest.about.kind == POSTGRESQL:
        postgresql.load(place.database_url, staged / DUMP)
    else:
        moving.fill(staged / SQLITE, place.database_url)


def _files(staged: Path, place: Place, aside: Path, undo: contextlib.ExitStack) -> int:
    """Media, keys, model. Returns how many files of media there are now."""
    if _holds_files(place.media):
        _moved(place.media, aside / "media", undo)
    elif place.media.exists():
        shutil.rmtree(place.media)
    if (staged / "media").exists():
        _moved(staged / "media", place.media, undo)
    for key in sorted((staged / "keys").glob("*")):
        mine = place.var / key.name
        if mine.exists() and mine.read_bytes() != key.read_bytes():
            _moved(mine, aside / key.name, undo)
        write_whole(mine, key.read_text())
    for model in sorted((staged / "models").glob("*")):
        place.models.mkdir(parents=True, exist_ok=True)
        shutil.move(model, place.models / model.name)
        Models(place.models).activate(model.name.removesuffix(".tar.gz"))
    return sum(path.is_file() for path in place.media.rglob("*"))


@contextlib.contextmanager
def _undone_where_it_fails() -> Iterator[contextlib.ExitStack]:
    """What was called back on the stack happens, the latest first, where something raises."""
    with contextlib.ExitStack() as undo:
        yield undo
        undo.pop_all()


def _moved(source: Path, target: Path, undo: contextlib.ExitStack) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.move(source, target)
    undo.callback(shutil.move, target, source)
