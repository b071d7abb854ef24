"""`motcua serve` for as long as it is measured, and what each side takes of the processors meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator

import httpx
import psutil

from tests.soak.town import ROOT, Town


@contextlib.asynccontextmanager
async def serving(town: Town, workers: int) -> AsyncIterator[psutil.Process]:
    """The service as anybody starts it, ready to answer, and told of by Telegram."""
    command = [sys.executable, "-m", "bot", "serve", *(["--workers", str(workers)] if workers > 1 else [])]
    town.process = start(command, town.environment)
    try:
        await _ready(town, workers)
        service = psutil.Process(town.process.pid)
        # A server of a database chooses its cores by itself.
        with _on_cores(service) if town.database_url.startswith("sqlite") else contextlib.nullcontext():
            yield service
    finally:
        town.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(town.process.wait, 20)


def start(command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """In a group of its own, silent, with no setting of ours but these."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MOTCUA_")}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env={**inherited, **environment},
        start_new_session=True,
        **quiet,  # type: ignore[call-overload]
    )


async def _ready(town: Town, workers: int) -> None:
    until = time.monotonic() + 120
    async with httpx.AsyncClient() as http:
        while time.monotonic() < until:
            with contextlib.suppress(httpx.HTTPError):
                ready = (await http.get(f"{town.site}/health/ready", timeout=5)).status_code == 200
                if ready and town.telegram.webhook_url and _forked(town) >= workers:
                    return
            await asyncio.sleep(0.2)
    raise TimeoutError("the service does not start")


@contextlib.contextmanager
def _on_cores(service: psutil.Process) -> Iterator[None]:
    """Its worker has the last core; the pages and the people have the others, or the same where there is no other.

    Some virtual machines pack whatever runs onto one of their processors and leave the other idle
    (`sched_vcpu_pack`): what is measured then is their kernel.
    """
    before = os.sched_getaffinity(0)
    *others, last = sorted(before)
    for worker in service.children(recursive=True):
        _pin(worker, {last})
    for one in (service, psutil.Process()):
        _pin(one, set(others) or {last})
    try:
        yield
    finally:
        _pin(psutil.Process(), before)


def _pin(process: psutil.Process, cores: set[int]) -> None:
    for thread in process.threads():
        os.sched_setaffinity(thread.id, cores)


def _forked(town: Town) -> int:
    """Processes that answer: the child of the pages, or where there are several, its children."""
    assert town.process is not None
    below = psutil.Process(town.process.pid).children(recursive=True)
    return max(1, len(below) - 1)


class Busy:
    """Shares of one core, from now until `shares`: of the people, of the service, of everything else (the database)."""

    def __init__(self, service: psutil.Process) -> None:
        self._service = service
        self._at, self._before = time.perf_counter(), self._seconds()

    def shares(self) -> dict[str, float]:
        """1.0 is one core."""
        took = time.perf_counter() - self._at
        after = self._seconds()
        people, service, machine = ((after[i] - self._before[i]) / took for i in range(3))
        return {"people": round(people, 2), "service": round(service, 2), "else": round(machine - people - service, 2)}

    def _seconds(self) -> tuple[float, float, float]:
        mine = psutil.Process().cpu_times()
        total = psutil.cpu_times()
        below = [self._service, *self._service.children(recursive=True)]
        took = sum(sum(one.cpu_times()[:2]) for one in below if one.is_running())
        return mine.user + mine.system, took, total.user + total.system + total.nice
