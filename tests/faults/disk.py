"""A small disk that can be filled: a tmpfs of its own where one may be mounted, else a limit on what may be written."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

#: What a file may grow to when the disk is "full": nothing, from where it is.
_ROOM = 4096


class Disk:
    """Holds the database of a run."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.folder = folder
        folder.mkdir()
        told = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0777", "tmpfs", str(folder)]
        #: A real one; else only processes that are told are hindered.
        self.mounted = bool(shutil.which("mount")) and subprocess.run(told, capture_output=True).returncode == 0

    @property
    def how(self) -> str:
        """How it is filled."""
        return "tmpfs without a free block" if self.mounted else "RLIMIT_FSIZE: files cannot grow"

    def fill(self, pids: Iterable[int]) -> None:
        """Not a block is left."""
        if not self.mounted:
            # What is there may be written again; SQLite meets the limit as soon as its log wants to grow.
            for pid in pids:
                self._limit(pid, _ROOM)
            return
        with self._ballast.open("wb") as file, contextlib.suppress(OSError):
            while True:
                os.write(file.fileno(), b"\0" * 65_536)
        with self._ballast.open("ab") as file, contextlib.suppress(OSError):
            while True:
                os.write(file.fileno(), b"\0" * 512)

    def free(self, pids: Iterable[int]) -> None:
        """There is room again."""
        self._ballast.unlink(missing_ok=True)
        if not self.mounted:
            for pid in pids:
                self._limit(pid, resource.RLIM_INFINITY)

    def close(self) -> None:
        """Takes it away."""
        if self.mounted:
            subprocess.run(["umount", "-l", str(self.folder)], check=False)

    @property
    def _ballast(self) -> Path:
        return self.folder / "ballast"

    def _limit(self, pid: int, most: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
