"""`motcua backup`, `motcua backup verify` and `motcua restore`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import typer
from rich.box import SIMPLE
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.table import Table

from bot import settings as settings_module
from bot.commands.console import err, out
from bot.errors import OperationFailed, WrongUse
from bot.operations import backup, restore
from bot.operations.archive import Manifest, Tell
from bot.operations.place import Place
from bot.operations.sealed import Key
from bot.settings import Settings

app = typer.Typer(invoke_without_command=True)
_KEY_FILE = typer.Option(None, "--key-file", help="A file that seals instead of MOTCUA_BACKUP_KEY.")
_FILE = typer.Argument(..., help="A backup.")
_NO_KEY = (
    "Backups are sealed, and there is no key yet. Make one, write it down outside of this machine, and set it in .env: "
    'echo "MOTCUA_BACKUP_KEY=$(openssl rand -base64 24)" >> .env'
)


@app.callback()
def make(
    context: typer.Context,
    to: Path = typer.Option(None, help="Folder, or file, of the backup; default var/backups."),
    with_models: bool = typer.Option(False, "--with-models", help="Take the model that answers along."),
    keep: int = typer.Option(0, min=0, help="So many of the folder stay, older ones go; 0: all stay."),
    verify: bool = typer.Option(True, "--verify/--no-verify", help="Read it back before it counts."),
    key_file: Path = _KEY_FILE,
) -> None:
    """Write a sealed backup of database, media and keys while the service serves, and read it back."""
    if context.invoked_subcommand:
        return
    settings = settings_module.load()
    keys = {"secret_key": settings.secret_key, "data_key": settings.data_key}
    with progress() as tell:
        how = (Place.of(settings), keys, key(settings, key_file), to)
        made = backup.back_up(*how, with_models=with_models, keep=keep, verified=verify, tell=tell)
    checked = "Read back and compared" if made.verified else "NOT read back"
    out.print(f"{made.path}: {_size(made.bytes)}, {_counts(made.manifest)}. {checked}.", markup=False)
    for name in made.deleted:
        out.print(f"Deleted, being old: {name}", markup=False)


@app.command("verify")
def check(file: Path = _FILE, key_file: Path = _KEY_FILE) -> None:
    """Read a backup from beginning to end, open its database and count."""
    settings = settings_module.load()
    with progress() as tell:
        manifest = backup.verify(file, key(settings, key_file), Place.of(settings).var, tell)
    about = manifest.about
    out.print(
        f"{file} is whole: of {about.at}, {about.kind}, schema {about.schema}, {_counts(manifest)}.", markup=False
    )


def bring_back(
    file: Path = _FILE,
    to: Path = typer.Option(None, help="A folder to restore into; default: where the settings say."),
    yes: bool = typer.Option(False, "--yes", help="Although something is there, which is kept aside."),
    key_file: Path = _KEY_FILE,
) -> None:
    """Restore a backup into an empty place, and compare. The service has to be stopped."""
    settings = settings_module.load()
    place = Place.under(to.resolve()) if to else Place.of(settings)
    with progress() as tell:
        done = restore.restore(file, key(settings, key_file), place, over=yes, tell=tell)
    _table(done)
    _told(done, None if to else settings)
    if not done.same:
        raise OperationFailed("What is here now is not what the backup holds: see the table")


def key(settings: Settings, file: Path | None) -> Key:
    """What seals and opens. Raises WrongUse where there is nothing."""
    if file:
        return Key.file(file)
    if not settings.backup_key:
        raise WrongUse(_NO_KEY)
    return Key.passphrase(settings.backup_key)


@contextlib.contextmanager
def progress() -> Iterator[Tell]:
    """Steps of long work, on standard error while it lasts."""
    shown = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(*shown, console=err, transient=True) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda step, share: bar.update(task, description=step, completed=share)


def _table(done: restore.Restored) -> None:
    table = Table("table", "backup", "here", "", box=SIMPLE)
    for name, (then, now) in done.rows.items():
        if then or now:
            table.add_row(name, str(then), str(now), "" if then == now else "DIFFERS")
    out.print(table)


def _told(done: restore.Restored, settings: Settings | None) -> None:
    about = done.manifest.about
    out.print(f"Restored: the state of {about.at}, schema {about.schema}, {done.media} files of media.", markup=False)
    if done.aside:
        out.print(
            f"What was there is kept: {done.aside}. Delete it when all is well: it holds personal data.", markup=False
        )
    if done.forgotten:
        out.print(f"{done.forgotten} conversations were erased after the backup: the service erases them again.")
    for name in _overruled(settings):
        out.print(f"{name} is set: take it out, or the key of the backup is not used.", style="yellow")
    out.print("Next: motcua upgrade --check, then start the service.")


def _overruled(settings: Settings | None) -> list[str]:
    """Keys that the environment tells differently from what was restored: sealed data would not open."""
    if settings is None:
        return []
    var, now = Place.of(settings).var, settings_module.load()
    given = {"MOTCUA_SECRET_KEY": ("secret_key", now.secret_key), "MOTCUA_DATA_KEY": ("data_key", now.data_key)}
    return [name for name, (file, key) in given.items() if (var / file).exists() and (var / file).read_text() != key]


def _counts(manifest: Manifest) -> str:
    media = sum(name.startswith("media/") for name in manifest.files)
    return f"{sum(manifest.rows.values())} rows of {len(manifest.rows)} tables, {media} files of media"


def _size(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB"
