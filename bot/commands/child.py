"""A child process that lives as long as we do: started again when it dies, gone when we are, however we go."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Sequence
from types import TracebackType

import structlog

log = structlog.get_logger()

#: Seconds before it is started again after it died: at first, and at most.
_REST, _LONGEST_REST = 1.0, 60.0
#: Seconds that it may take to end by itself.
_GRACE = 15.0


class Child:
    """Runs a command in the background. The command ends when its standard input does."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = list(command)
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="child", daemon=True)

    def __enter__(self) -> Child:
        self._start()
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stopping.set()
        process = self._process
        if process is None:
            return
        if process.stdin:
            process.stdin.close()
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _start(self) -> None:
        # The other end of this pipe closes with us, even if we are killed.
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE)  # noqa: S603  # our own program

    def _keep(self) -> None:
        rest = _REST
        while not self._stopping.is_set():
            assert self._process is not None  # noqa: S101  # started before this thread
            code = self._process.wait()
            if self._stopping.wait(rest):
                return
            log.error("child_died", code=code)
            rest = min(rest * 2, _LONGEST_REST)
            self._start()
