"""What lies outside the database: disk, backups, the certificate of the site, memory of the engine."""

from __future__ import annotations

import json
import shutil
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509

from bot.post.clock import now

#: Seconds for which a certificate that was looked at is good, and that a look may take.
_LOOK_EVERY, _PATIENCE = 3600.0, 3.0
_PAGE = 4096


@dataclass(frozen=True)
class Backup:
    """The last one, as `motcua backup` notes it."""

    at: datetime
    bytes: int


def disk_free(folder: Path) -> tuple[float, int]:
    """Share of the disk that is free, 0 to 1, and bytes."""
    there = next((one for one in (folder, *folder.parents) if one.exists()), Path("/"))
    usage = shutil.disk_usage(there)
    return usage.free / usage.total, usage.free


def last_backup(folder: Path) -> Backup | None:
    """By last.json in the folder of backups; None where there is none that can be read."""
    try:
        told = json.loads((folder / "last.json").read_text("utf-8"))
        at = datetime.fromisoformat(str(told["at"]).replace("Z", "+00:00"))
        return Backup(at if at.tzinfo else at.replace(tzinfo=timezone.utc), int(told.get("bytes") or 0))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def memory_of(workers: Iterable[str]) -> int:
    """Bytes of memory that processes of this machine hold, each named "host:pid"; others count as nothing."""
    return sum(
        _resident(name.rpartition(":")[2]) for name in workers if name.startswith(f"{socket.gethostname()[:40]}:")
    )


def _resident(pid: str) -> int:
    try:
        return int(Path("/proc", pid, "statm").read_text("ascii").split()[1]) * _PAGE
    except (OSError, ValueError, IndexError):
        return 0


class Certificate:
    """When the certificate of our own site ends, looked at once an hour in a thread of its own."""

    def __init__(self, base_url: str, fetch: Callable[[str, int], str] | None = None) -> None:
        """Without https there is none. `fetch`: host and port to a certificate in PEM; raises OSError."""
        where = urlsplit(base_url)
        self._where = (where.hostname or "", where.port or 443) if where.scheme == "https" else None
        self._fetch = fetch or _fetch
        self._ends: datetime | None = None
        self._looked: float | None = None

    def seconds(self) -> float | None:
        """Until it ends; None where there is none, or nobody has seen it yet. Never waits."""
        if self._where and (self._looked is None or time.monotonic() > self._looked + _LOOK_EVERY):
            self._looked = time.monotonic()
            threading.Thread(target=self.look, name="certificate", daemon=True).start()
        return (self._ends - now()).total_seconds() if self._ends else None

    def look(self) -> None:
        """Looks now; what cannot be reached is not known."""
        try:
            seen = x509.load_pem_x509_certificate(self._fetch(*self._where).encode()) if self._where else None
            self._ends = seen.not_valid_after_utc if seen else None
        except (OSError, ValueError):
            self._ends = None


def _fetch(host: str, port: int) -> str:
    """Not verified: that it has ended is what is to be found out."""
    return ssl.get_server_certificate((host, port), timeout=_PATIENCE)
