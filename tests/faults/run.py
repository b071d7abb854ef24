"""A run: the service comes up, people write, one fault follows the other, all is drained and counted."""

from __future__ import annotations

import asyncio
import contextlib
import os
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from procedures.catalogue import SEEDS
from procedures.database import connect
from procedures.importers.seeds import read_seeds
from procedures.store import take_in
from tests.faults.clock import Clock
from tests.faults.cluster import Cluster
from tests.faults.counts import Counts, count, finished
from tests.faults.disk import Disk
from tests.faults.faults import Fault, Scene, Skipped
from tests.faults.house import House
from tests.faults.people import Person, Visitor, all_answered, crowd
from tests.faults.wire import Wire
from tests.quiet import hush
from tests.soak.town import Town

#: MiB of the small disk.
_DISK = {"sqlite": 64, "postgresql": 256}
#: Seconds that a service gets to be whole again before the next fault.
_WHOLE = 60.0
#: Where logs of the processes are kept; by default they go with the run.
LOGS = Path(os.environ["FAULTS_LOGS"]) if "FAULTS_LOGS" in os.environ else None


@dataclass(frozen=True)
class Plan:
    """What is to be done."""

    database: str
    faults: Sequence[Fault]
    #: "real", or milliseconds of an echo.
    engine: str
    people: int
    #: Seconds between two messages of one person; between two faults; without an answer, after which it is over.
    pause: float
    between: float
    patience: float
    #: Seconds of a claim; 0 for those of the product.
    lease: float = 0.0
    scale: float = 1.0


@dataclass
class Told:
    """One fault."""

    name: str
    #: When it began, in seconds since 1970.
    at: float
    #: Longest wait for an answer among messages written from then until the next fault, in seconds.
    longest: float = 0.0
    messages: int = 0


@dataclass
class Report:
    database: str
    seconds: float
    restarts: int
    counts: Counts
    faults: list[Told] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        told = [{"fault": one.name, "longest_wait_s": round(one.longest, 1)} for one in self.faults]
        rest = {"seconds": round(self.seconds), "restarts": self.restarts, "faults": told}
        return {"database": self.database, **self.counts.figures(), **rest}


def run(plan: Plan) -> Report:
    """In a temporary folder. Raises TimeoutError where the service does not start."""
    with tempfile.TemporaryDirectory(prefix="motcua-faults-") as name:
        folder = Path(name)
        # The user of PostgreSQL has to get through.
        folder.chmod(0o755)
        disk = Disk(folder / "disk", _DISK[plan.database])
        cluster = None
        try:
            cluster = Cluster(disk.folder) if plan.database == "postgresql" else None
            return asyncio.run(_live(plan, folder, disk, cluster))
        finally:
            if cluster:
                cluster.stop("immediate")
            disk.close()


async def _live(plan: Plan, folder: Path, disk: Disk, cluster: Cluster | None) -> Report:
    town = Town(cluster.url if cluster else f"sqlite:///{disk.folder / 'motcua.db'}")
    async with town.open(), Wire(town.providers_port).there() as wire:
        _furnish(town.database_url, plan.engine)
        scene = Scene(House(LOGS or folder), wire, disk, Clock(folder), cluster, plan.scale)
        scene.house.environment |= _environment(plan, town, scene)
        people = crowd(town, plan.people)
        try:
            async with _kept(plan, scene.house, town):
                return await _break(plan, scene, people, town.database_url)
        finally:
            scene.house.close()
            await asyncio.gather(*(person.close() for person in people))


@contextlib.asynccontextmanager
async def _kept(plan: Plan, house: House, town: Town) -> AsyncIterator[None]:
    """All processes at work, and looked after."""
    house.open("web")
    # One that forks two, and one of another machine.
    house.open("worker 1", "2")
    house.open("sender 1")
    if plan.database == "postgresql":
        house.open("worker 2")
        house.open("sender 2")
    keeping = asyncio.create_task(house.keep())
    try:
        await _ready(town)
        yield
    finally:
        keeping.cancel()


async def _ready(town: Town) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        with contextlib.suppress(httpx.HTTPError):
            ready = (await town.http.get(f"{town.site}/health/ready", timeout=5)).status_code == 200
            if ready and town.telegram.webhook_url and town.bot.webhook_url:
                return
        await asyncio.sleep(0.2)
    raise TimeoutError("the service does not start")


async def _break(plan: Plan, scene: Scene, people: list[Person], url: str) -> Report:
    started, over = time.monotonic(), asyncio.Event()
    following = [asyncio.create_task(one.follow()) for one in people if isinstance(one, Visitor)]
    writing = [asyncio.create_task(person.write(over, plan.pause)) for person in people]
    # Everybody has a conversation before the first fault.
    await asyncio.sleep(1.5 * plan.pause)
    faults = [await _one(plan, scene, fault) for fault in plan.faults]
    over.set()
    await asyncio.gather(*writing)
    await _drained(people, url, plan.patience)
    for task in following:
        task.cancel()
    await asyncio.gather(*following, return_exceptions=True)
    _weigh(faults, people)
    counts = await asyncio.to_thread(count, url, people)
    return Report(plan.database, time.monotonic() - started, scene.house.restarts, counts, faults)


async def _one(plan: Plan, scene: Scene, fault: Fault) -> Told:
    at = time.time()
    try:
        name = await fault(scene)
    except Skipped as skipped:
        return Told(f"skipped {fault.__name__}: {skipped}", at)
    await _whole(scene)
    await asyncio.sleep(plan.between)
    return Told(name, at)


async def _whole(scene: Scene) -> None:
    """Until the pages are there and no process is missing: the next fault is to hit a service that works."""
    until, site = time.monotonic() + _WHOLE, f"http://127.0.0.1:{scene.house.environment['MOTCUA_PORT']}"
    async with httpx.AsyncClient(trust_env=False) as http:
        while time.monotonic() < until:
            with contextlib.suppress(httpx.HTTPError):
                if scene.house.whole() and (await http.get(f"{site}/health/ready", timeout=5)).status_code == 200:
                    return
            await asyncio.sleep(0.2)


async def _drained(people: list[Person], url: str, patience: float) -> None:
    """As long as anything comes; then for what may still come twice."""
    known, since = -1, time.monotonic()
    while time.monotonic() < since + patience:
        answered = all_answered(people)
        if answered and await asyncio.to_thread(finished, url):
            break
        now = sum(len(person.read) for person in people)
        known, since = now, since if now == known else time.monotonic()
        await asyncio.sleep(0.5)
    await asyncio.sleep(2)


def _weigh(faults: list[Told], people: list[Person]) -> None:
    """How long people waited who wrote after each fault began and before the next one did."""
    ends = [one.at for one in faults[1:]] + [float("inf")]
    for one, end in zip(faults, ends, strict=True):
        asked = [(person, n) for person in people for n, at in enumerate(person.asked) if one.at <= at < end]
        waits = [wait for person, n in asked if (wait := person.wait(n)) is not None]
        one.messages, one.longest = len(asked), max(waits, default=0.0)


def _furnish(url: str, engine: str) -> None:
    database = connect(url)
    # Nobody is asked for consent: what comes is counted.
    hush(database)
    if engine == "real":
        take_in(database, read_seeds(SEEDS), source="faults")
    database.dispose()


def _environment(plan: Plan, town: Town, scene: Scene) -> dict[str, str]:
    """As the town says, but to the providers through the network that breaks."""
    here = f"http://127.0.0.1:{scene.wire.port}"
    told = {name: value.replace(town.providers, here) for name, value in town.environment.items()}
    ours = {"FAULTS_ENGINE": plan.engine, "FAULTS_LEASE": f"{plan.lease or ''}"}
    return {**told, **ours, **scene.clock.environment, "MOTCUA_MEDIA": str(scene.disk.folder / "media")}
