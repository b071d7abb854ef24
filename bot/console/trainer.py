"""Starts a process for each training that is due, and begins again where one was lost; beside the senders."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from datetime import datetime

import structlog
from sqlalchemy.engine import Engine

from bot.console import lease, training_clock
from bot.console import training as trainings
from bot.post.clock import now
from bot.post.looking import again

log = structlog.get_logger()

#: Seconds between two looks.
LOOK_EVERY = 2.0
_GRACE = 10.0

Process = subprocess.Popen[bytes]


def start(database_url: str, id_: int) -> Process:
    """The process of one training; it ends when its standard input does, so when we end."""
    command = [sys.executable, "-m", "bot", "model", "run", str(id_), "--leashed"]
    environment = {**os.environ, "MOTCUA_DATABASE_URL": database_url}
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=environment)  # noqa: S603


class Trainer:
    """Any number of processes may have one: a run is taken once."""

    def __init__(self, database: Engine, database_url: str) -> None:
        self._database, self._url = database, database_url
        self._reading = database.execution_options(motcua_read=True)
        self._process: Process | None = None
        self._id = 0
        #: The moment of the clock that was answered last.
        self._struck: datetime | None = None

    async def run(self) -> None:
        """Until cancelled; a training that is going on ends then, and is begun again by whoever comes next."""
        try:
            await again(self.look, LOOK_EVERY, "trainer_failed")
        finally:
            self.stop()

    def look(self) -> None:
        """Once: whoever died is buried, and what is due begins."""
        process = self._process
        if process is not None and process.poll() is None:
            return
        if process is not None:
            self._bury(process)
        with self._reading.connect() as connection:
            due, moment = lease.due(connection, now()), training_clock.due(connection, now())
        if due is None and moment not in (None, self._struck):
            self._struck = moment
            with self._database.begin() as connection:
                training_clock.strike(connection, trainings.usual())
        if due is not None:
            self._id, self._process = due, start(self._url, due)

    def stop(self) -> None:
        """Lets the process end by itself, for some seconds."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        if process.stdin:
            with contextlib.suppress(OSError):
                process.stdin.close()
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _bury(self, process: Process) -> None:
        self._process = None
        if process.stdin:
            process.stdin.close()
        if process.returncode:
            log.error("training_died", run=self._id, code=process.returncode)
            with self._database.begin() as connection:
                lease.let_go(connection, self._id, died=True)
