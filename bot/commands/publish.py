"""`motcua catalogue publish`: pages and sheets of paper for places without a network."""

from __future__ import annotations

from pathlib import Path

import typer
from rich.progress import track

from bot.commands.catalogue import reading
from bot.commands.console import err, out
from bot.errors import WrongUse
from procedures import store
from procedures.model import Procedure
from procedures.sheets.publish import publish as written
from procedures.sheets.sheet import LANGUAGES
from procedures.validity import Standing, standing, today


def publish(folder: Path = typer.Argument(..., help="Folder to write; made if it is not there.")) -> None:
    """Write a page and a PDF in each language for every procedure in plain words that may be filed today."""
    if folder.exists() and not folder.is_dir():
        raise WrongUse(f"{folder} is a file. Name a folder.")
    procedures = _current()
    files = written(folder, procedures)
    total = len(procedures) * 2 * len(LANGUAGES)
    count = sum(1 for _ in track(files, description="", total=total, console=err, transient=True))
    out.print(f"{folder}: {len(procedures)} procedures, {count} files. Begin with {folder / 'index.html'}.")


def _current() -> list[Procedure]:
    """Procedures in plain words that may be filed today."""
    with reading().connect() as connection:
        known = [store.load(connection, told.code) for told in list(store.told_by(connection, "plain"))]
    return [one for one in known if one and standing(one, today()) is Standing.CURRENT]
