"""`motcua upgrade`: the database brought to this program, after a rehearsal on a copy."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import typer

from bot import settings as settings_module
from bot.commands.backup import key, progress
from bot.commands.catalogue import print_json
from bot.commands.console import out
from bot.operations.place import Place
from bot.operations.rehearsal import Rehearsal, rehearse
from bot.operations.upgrade import upgrade as do

_KEY_FILE = typer.Option(None, "--key-file", help="A file that seals instead of MOTCUA_BACKUP_KEY.")


def upgrade(
    check: bool = typer.Option(False, "--check", help="Only rehearse it on a copy; the real database stays as it is."),
    as_json: bool = typer.Option(False, "--json", help="With --check: one JSON object."),
    key_file: Path = _KEY_FILE,
) -> None:
    """Back up, migrate, ask some questions; taken back where something is wrong. The service has to be stopped."""
    settings = settings_module.load()
    place = Place.of(settings)
    if check:
        _check(place, as_json)
        return
    keys = {"secret_key": settings.secret_key, "data_key": settings.data_key}
    with progress() as tell:
        done = do(place, keys, key(settings, key_file), tell=tell)
    _tell(done.done)
    out.print(f"Upgraded. The backup of before: {done.backup.path}", markup=False)
    out.print("Start the service: systemctl start motcua, or docker compose up -d", markup=False)


def _check(place: Place, as_json: bool) -> None:
    with progress() as tell:
        done = rehearse(place, tell=tell)
    if as_json:
        print_json({**asdict(done), "safe": not done.troubles})
    else:
        _tell(done)
        for trouble in done.troubles:
            out.print(f"Not safe: {trouble}.", style="red", markup=False)
        if not done.troubles:
            out.print("The upgrade is safe. Stop the service, and run: motcua upgrade")
    if done.troubles:
        raise typer.Exit(1)


def _tell(done: Rehearsal) -> None:
    times = ", ".join(f"{step} {seconds:.1f} s" for step, seconds in done.seconds.items())
    out.print(
        f"Schema {done.before or 'none'} → {done.after or '?'}; {times}; {done.asked} questions asked.", markup=False
    )
    if done.needed:
        out.print(f"Disk: {done.needed / 1e6:.0f} MB needed, {done.free / 1e6:.0f} MB free.", markup=False)
