"""What is done to a service that runs."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.faults.clock import Clock
from tests.faults.cluster import Cluster
from tests.faults.disk import Disk
from tests.faults.house import House, paused
from tests.faults.wire import State, Wire


class Skipped(Exception):
    """It cannot be done on this machine, and why."""


@dataclass
class Scene:
    """What there is to be broken. `scale`: of all times, so that a short run is one."""

    house: House
    wire: Wire
    disk: Disk
    clock: Clock
    cluster: Cluster | None
    scale: float = 1.0

    async def rest(self, seconds: float) -> None:
        await asyncio.sleep(seconds * self.scale)


Fault = Callable[[Scene], Awaitable[str]]


def killed(name: str) -> Fault:
    async def fault(scene: Scene) -> str:
        return scene.house.kill(name)

    return fault


async def all_killed(scene: Scene) -> str:
    """As when the machine goes down, with all that is half done."""
    for pid in scene.house.pids():
        os.kill(pid, signal.SIGKILL)
    return "kill -9 of everything"


async def forked_killed(scene: Scene) -> str:
    os.kill(scene.house.child("worker 1"), signal.SIGKILL)
    return "kill -9 of a forked worker"


def network(state: State, seconds: float) -> Fault:
    async def fault(scene: Scene) -> str:
        scene.wire.becomes(state)
        await scene.rest(seconds)
        # What hangs in a hole would hang for ever.
        scene.wire.becomes(State.CUT)
        scene.wire.becomes(State.WELL)
        return f"network to the providers: {state.value}"

    return fault


def database_stopped(how: str) -> Fault:
    async def fault(scene: Scene) -> str:
        cluster = _cluster(scene)
        await asyncio.to_thread(cluster.stop, how)
        await scene.rest(3)
        await asyncio.to_thread(cluster.start)
        return f"PostgreSQL stopped ({how}) and started"

    return fault


async def disk_filled(scene: Scene) -> str:
    if scene.cluster and not scene.disk.mounted:
        raise Skipped("no tmpfs may be mounted")
    scene.disk.fill(scene.house.pids())
    await scene.rest(8)
    scene.disk.free(scene.house.pids())
    if scene.cluster and not await asyncio.to_thread(scene.cluster.runs):
        await asyncio.to_thread(scene.cluster.start)
        return f"disk full: {scene.disk.how}; PostgreSQL had died of it"
    return f"disk full: {scene.disk.how}"


def clock_set(away: float, seconds: float = 8) -> Fault:
    """Wrong for some seconds, then set right, which is a jump the other way."""

    async def fault(scene: Scene) -> str:
        if scene.clock.missing:
            raise Skipped(scene.clock.missing)
        scene.clock.set(away)
        await scene.rest(seconds)
        scene.clock.set(0)
        return f"clock set {away:+.0f} s, and back"

    return fault


def some_paused(seconds: float) -> Fault:
    """Longer than their claims last, in the middle of what they do; others find that and go on."""

    async def fault(scene: Scene) -> str:
        with paused(scene.house.child("worker 1")), paused(scene.house.pid("sender 1")):
            await asyncio.sleep(seconds)
        return f"a worker and a sender stopped for {seconds:.0f} s, then resumed"

    return fault


def _cluster(scene: Scene) -> Cluster:
    if scene.cluster is None:
        raise Skipped("SQLite")
    return scene.cluster
