"""Seeds: procedures in plain words, one YAML file each, named after its code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from procedures.errors import SeedInvalid
from procedures.importers.rows import Accepted
from procedures.importers.seed import read_seed
from procedures.importers.seed_yaml import line_of
from procedures.importers.text import same
from procedures.model import Procedure


def read_seeds(folder: Path) -> Iterator[Accepted]:
    """Every seed of a folder as a row of layer "plain", by code. Raises SeedInvalid for the first mistake."""
    owners: dict[str, str] = {}
    for line, path in enumerate(sorted(_seed_files(folder), key=lambda path: path.stem), 1):
        procedure = read_seed(path)
        for place, alias in _aliases(procedure):
            owner = owners.setdefault(same(alias), procedure.code)
            if owner != procedure.code:
                reason = f'"{alias}" belongs to {owner} already'
                raise SeedInvalid(path, place, reason, "leave it to the one it fits better", line_of(path, alias))
        yield Accepted(line, "plain", procedure)


def _aliases(procedure: Procedure) -> Iterator[tuple[str, str]]:
    yield from ((f"aliases[{i}]", alias) for i, alias in enumerate(procedure.aliases))
    for said in procedure.translations:
        yield from ((f"{said.language}.aliases[{i}]", alias) for i, alias in enumerate(said.aliases))


def _seed_files(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.suffix == ".yaml":
            raise SeedInvalid(path, "", "the file would not be read", f"rename it to {path.stem}.yml")
        if path.suffix == ".yml":
            yield path
