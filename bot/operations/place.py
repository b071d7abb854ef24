"""Where an installation keeps what a backup takes along."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from sqlalchemy.engine import make_url

from bot.settings import Settings
from procedures.database import VAR

SQLITE, POSTGRESQL = "sqlite", "postgresql"


@dataclass(frozen=True)
class Place:
    """One installation: its database, its media, and the folder of its keys, models and backups."""

    database_url: str
    media: Path
    var: Path

    @classmethod
    def of(cls, settings: Settings) -> Place:
        """The one that the settings name."""
        return cls(settings.database_url, Path(settings.media), VAR)

    @classmethod
    def under(cls, folder: Path) -> Place:
        """One that lies in a folder whole, with SQLite."""
        return cls(f"sqlite:///{folder / 'motcua.db'}", folder / "media", folder)

    @property
    def kind(self) -> str:
        """SQLITE or POSTGRESQL."""
        return SQLITE if make_url(self.database_url).get_backend_name() == "sqlite" else POSTGRESQL

    @property
    def file(self) -> Path:
        """The SQLite file; only of SQLITE."""
        return Path(str(make_url(self.database_url).database))

    @property
    def models(self) -> Path:
        """Where its models lie."""
        return self.var / "models"

    @property
    def backups(self) -> Path:
        """Where its backups lie unless told otherwise."""
        return self.var / "backups"

    def free(self) -> int:
        """Bytes that are free where its files lie."""
        folder = self.var
        while not folder.exists():
            folder = folder.parent
        return shutil.disk_usage(folder).free


def utc() -> datetime:
    """Now."""
    return datetime.now(timezone.utc)


def stamp(at: datetime) -> str:
    """A moment as it stands in names: 20261130-171500."""
    return f"{at:%Y%m%d-%H%M%S}"


def write_whole(path: Path, text: str) -> None:
    """A small file for its owner alone, whole or as it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
