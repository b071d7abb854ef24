"""`motcua privacy`: the data key, and what was there before it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import typer
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from bot import settings as settings_module
from bot.commands.catalogue import database, print_json
from bot.commands.console import err, out
from bot.errors import CannotOpen
from bot.privacy import vault
from bot.privacy.rotating import Rotation
from bot.privacy.sealing import seal_all, tidy
from bot.settings import Settings

_JSON = typer.Option(False, "--json", help="One JSON object.")


def new_key() -> None:
    """Make a key for MOTCUA_DATA_KEY and print it. It is kept nowhere."""
    out.print(vault.new_key(), markup=False)


def rotate_key(as_json: bool = _JSON) -> None:
    """Seal everything anew under the first key of MOTCUA_DATA_KEY. Stopped, it goes on when it is run again.

    Before: put the new key in front of the old one, parted by a space, and restart every process.
    After: take the old key out, and restart them again.
    """
    rotation = Rotation(database(), _media(), vault.Cipher(_settings().data_key))
    with _counted("sealed anew") as tell:
        done = rotation.run(tell)
    left = rotation.survey()
    if as_json:
        print_json({"sealed_anew": done, "under_first_key": left["fresh"], "under_old_keys": left["old"]})
    else:
        out.print(f"Sealed anew: {done}. Under the first key: {left['fresh']}. Still under old keys: {left['old']}.")
    if left["old"] or left["lost"]:
        raise CannotOpen("Something was sealed with an old key meanwhile: restart every process, then run this again.")
    if not as_json:
        out.print("The old keys can go, once every process has been restarted with the new one.")


def seal(as_json: bool = _JSON) -> None:
    """Mask and seal what was stored before there was a vault. Stop the service first: SQLite builds its file anew."""
    settings = _settings()
    vault.use(settings.data_key)
    found = database()
    with _counted("looked at") as tell:
        done = seal_all(found, _media(), tell)
    tidy(found)
    told = {name: done[name] for name in ("messages", "contacts", "texts", "files")}
    if as_json:
        return print_json(told)
    return out.print("Sealed or masked: " + ", ".join(f"{count} {name}" for name, count in told.items()) + ".")


def _settings() -> Settings:
    return settings_module.load()


def _media() -> Path:
    return Path(_settings().media)


@contextlib.contextmanager
def _counted(what: str) -> Iterator[Callable[[int], None]]:
    """A count on standard error while it lasts."""
    shown = (SpinnerColumn(), TextColumn(what), MofNCompleteColumn())
    with Progress(*shown, console=err, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda more: bar.advance(task, more)
