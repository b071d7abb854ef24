"""Carries hints between the processes of one machine, so that none has to wait until another looks by itself.

Each process listens at a socket of its own in one folder and writes to all others. A hint that is lost costs a second.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import socket
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.engine import make_url

from bot.post.listening import PostgresRelay
from bot.post.wake import Wake

#: Bytes of the longest hint, and what stands between its topics; seconds that the listener is given to end.
_MOST, _BETWEEN, _END = 1000, "\n", 2.0
#: Seconds for which a list of the others holds: whoever has just come looks by itself.
_LOOK_EVERY = 1.0
#: Seconds that a hint may wait for its place.
_PATIENCE = 0.05


class Relay:
    """Between the wakes of all processes with one database."""

    def __init__(self, wake: Wake, database_url: str) -> None:
        self._wake = wake
        self._folder = _folder(database_url)
        self._path = self._folder / f"{os.getpid()}-{id(self):x}"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        # Linux lets ten hints wait at a socket; under load the eleventh is worth a moment's patience.
        self._telling = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._telling.settimeout(_PATIENCE)
        #: Whom to tell, and when that was looked up; one that does not listen, being stopped, is left out till then.
        self._others: tuple[Path, ...] = ()
        self._looked = float("-inf")
        self._thread = threading.Thread(target=self._listen, name="relay", daemon=True)

    def start(self) -> None:
        """Listens, and tells others from now on."""
        self._socket.bind(str(self._path))
        self._thread.start()
        self._wake.relay = self._tell

    def stop(self) -> None:
        """Nobody is told any more."""
        self._wake.relay = None
        # An empty hint to ourselves: whoever waits at a socket does not notice that it is closed.
        self._send(self._path, b"")
        self._thread.join(_END)
        self._path.unlink(missing_ok=True)
        self._socket.close()
        self._telling.close()
        with contextlib.suppress(OSError):
            # Whoever is last.
            self._folder.rmdir()

    def _listen(self) -> None:
        while True:
            try:
                hint = self._socket.recv(_MOST)
            except OSError:
                return
            if not hint:
                return
            for topic in hint.decode("utf-8", "replace").split(_BETWEEN):
                self._wake.notify_here(topic)

    def _tell(self, topics: Sequence[str]) -> None:
        with contextlib.suppress(OSError):
            if time.monotonic() - self._looked > _LOOK_EVERY:
                self._others = tuple(path for path in self._folder.iterdir() if path != self._path)
                self._looked = time.monotonic()
            hint = _BETWEEN.join(topics).encode()[:_MOST]
            for path in self._others:
                self._send(path, hint)

    def _send(self, path: Path, hint: bytes) -> None:
        """A socket that nobody listens at was left behind by a process that died."""
        try:
            self._telling.sendto(hint, str(path))
        except ConnectionRefusedError:
            path.unlink(missing_ok=True)
        except OSError:
            # Full, or gone this moment: the other one looks by itself.
            self._others = tuple(other for other in self._others if other != path)


def relay(wake: Wake, database_url: str) -> Relay | PostgresRelay:
    """What carries hints for this database: sockets of this machine beside SQLite, PostgreSQL itself."""
    sqlite = make_url(database_url).get_backend_name() == "sqlite"
    return Relay(wake, database_url) if sqlite else PostgresRelay(wake, database_url)


def _folder(database_url: str) -> Path:
    """Ours alone. Names of sockets are short, and folders of projects are not. Raises OSError."""
    name = f"motcua-{os.getuid()}-{hashlib.sha256(database_url.encode()).hexdigest()[:12]}"
    folder = Path(tempfile.gettempdir()) / name
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid() or folder.is_symlink():
        raise PermissionError(f"{folder} belongs to somebody else")
    return folder
