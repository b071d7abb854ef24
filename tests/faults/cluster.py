"""A PostgreSQL of our own, in a temporary folder: it is stopped, crashed and filled, and no other one is touched."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.soak.town import free_port

#: Who it runs as where we are root, which PostgreSQL refuses to be.
_USER = "postgres"


def binaries() -> Path | None:
    """Where initdb and pg_ctl are; None where they are not on this machine."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    known = found[-1] if found else shutil.which("initdb")
    return Path(known).parent if known else None


class Cluster:
    """`folder` holds all of it."""

    def __init__(self, folder: Path) -> None:
        """Made and started. Raises CalledProcessError."""
        bin_ = binaries()
        assert bin_ is not None
        self._bin, self._data, self.port = bin_, folder / "pg", free_port()
        self._data.mkdir()
        if os.getuid() == 0:
            shutil.chown(self._data, _USER)
        self._run("initdb", "-D", str(self._data), "-A", "trust", "-U", _USER, "-E", "UTF8", "--wal-segsize=4")
        told = f"port={self.port}\nlisten_addresses='127.0.0.1'\nunix_socket_directories=''\nmax_connections=100\n"
        told += "max_wal_size=32MB\nshared_buffers=64MB\nlog_min_messages=panic\n"
        with (self._data / "postgresql.auto.conf").open("a") as file:
            file.write(told)
        self.start()

    @property
    def url(self) -> str:
        return f"postgresql://{_USER}@127.0.0.1:{self.port}/postgres"

    def start(self) -> bool:
        """Whether it runs now."""
        return self._ctl("start", "-l", str(self._data / "log")) or self.runs()

    def stop(self, how: str) -> None:
        """`how`: fast, or immediate, which is a crash."""
        self._ctl("stop", "-m", how)

    def runs(self) -> bool:
        return self._ctl("status")

    def _ctl(self, *told: str) -> bool:
        try:
            self._run("pg_ctl", "-D", str(self._data), "-w", "-t", "60", *told)
        except subprocess.CalledProcessError:
            return False
        return True

    def _run(self, program: str, *told: str) -> None:
        user = _USER if os.getuid() == 0 else None
        command = [str(self._bin / program), *told]
        null = subprocess.DEVNULL
        # Not captured: the server would keep the pipe open.
        subprocess.run(command, check=True, user=user, cwd="/", stdout=null, stderr=null, start_new_session=True)
