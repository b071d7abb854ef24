"""What is looked at, and what was found."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from sqlalchemy.engine import Engine

from bot.operations.place import Place, utc
from bot.settings import Settings

#: Seconds that one look at the network may take.
PATIENCE = 3.0
#: Hosts that only this machine reaches.
LOCAL = frozenset(("127.0.0.1", "localhost", "::1"))


class Level(str, Enum):
    """How it stands."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """One line. `mend`: what to do about it, a command where there is one; empty where nothing is to be done."""

    name: str
    level: Level
    told: str
    mend: str = ""


def ok(name: str, told: str) -> Finding:
    """All is well."""
    return Finding(name, Level.OK, told)


def warn(name: str, told: str, mend: str = "") -> Finding:
    """It works, and may not for long."""
    return Finding(name, Level.WARN, told, mend)


def bad(name: str, told: str, mend: str) -> Finding:
    """It does not work."""
    return Finding(name, Level.BAD, told, mend)


@dataclass(frozen=True)
class Patient:
    """What is examined."""

    settings: Settings
    place: Place
    http: httpx.AsyncClient
    #: None where the database cannot be opened.
    database: Engine | None = None
    env: Path = Path(".env")
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    clock: Callable[[], datetime] = utc

    @property
    def host(self) -> str:
        """Under which host citizens reach the site."""
        return urlsplit(self.settings.base_url).hostname or ""

    @property
    def public(self) -> bool:
        """Others than this machine reach the site."""
        return self.host not in LOCAL

    def webhook(self, channel: str) -> str:
        """Where a provider is to post to."""
        return f"{self.settings.base_url.rstrip('/')}/webhooks/{channel}"


def ago(seconds: float) -> str:
    """A time in one number: 3 minutes, 5 hours, 2 days."""
    for size, name in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= size:
            return f"{seconds / size:.0f} {name}"
    return f"{seconds:.0f} seconds"
