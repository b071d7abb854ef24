"""A clock that can be set, for processes that are started with it."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path

_SOURCE = Path(__file__).with_name("clock.c")


class Clock:
    """One for all processes of a run, as on one machine."""

    def __init__(self, folder: Path) -> None:
        self._library, self._file = folder / "clock.so", folder / "clock"
        self._compiler = shutil.which("gcc") or shutil.which("cc")
        self.set(0)
        if self._compiler:
            told = [self._compiler, "-shared", "-fPIC", "-O1", "-o", str(self._library), str(_SOURCE), "-ldl"]
            subprocess.run(told, check=True)

    @property
    def missing(self) -> str:
        """Why it cannot be set; empty where it can."""
        return "" if self._compiler else "no C compiler"

    @property
    def environment(self) -> dict[str, str]:
        """What a process is to be started with."""
        return {"LD_PRELOAD": str(self._library), "FAULTS_CLOCK": str(self._file)} if self._compiler else {}

    def set(self, seconds: float) -> None:
        """So many seconds away from the right time."""
        with self._file.open("r+b" if self._file.exists() else "wb") as file:
            # In place: the processes have this very file in their memory.
            file.write(struct.pack("d", seconds))
