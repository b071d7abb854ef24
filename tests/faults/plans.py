"""Which faults, how many people, how long."""

from __future__ import annotations

from tests.faults.faults import (
    Fault,
    all_killed,
    clock_set,
    database_stopped,
    disk_filled,
    forked_killed,
    killed,
    network,
    some_paused,
)
from tests.faults.run import Plan
from tests.faults.wire import State

#: Seconds of the claims that last longest: a worker's is 30, a sender's 60.
_LONGER_THAN_A_CLAIM = 62.0

_KILLS = (killed("web"), forked_killed, killed("worker 1"), killed("sender 1"))
_NETWORK = (network(State.CUT, 6), network(State.SLOW, 8), network(State.DEAF, 4), network(State.HOLE, 6))


def on_postgresql(engine: str, people: int) -> Plan:
    """Web, two senders, a worker and one that forks two; claims as long as they are."""
    machine = (clock_set(3600), clock_set(-600), disk_filled, some_paused(_LONGER_THAN_A_CLAIM))
    faults = (*_KILLS, database_stopped("fast"), database_stopped("immediate"), *_NETWORK, *machine)
    return Plan("postgresql", faults, engine, people, pause=people / 15, between=4, patience=100)


def on_sqlite(engine: str, people: int) -> Plan:
    """Web, a sender and one that forks two workers."""
    faults = (
        killed("sender 1"),
        killed("worker 1"),
        killed("web"),
        disk_filled,
        clock_set(-3600),
        network(State.CUT, 3),
    )
    return Plan("sqlite", faults, engine, people, pause=people / 15, between=3, patience=30, lease=6)


def short(database: str) -> Plan:
    """For every suite: a quarter of a minute each, where nobody else uses the machine."""
    few: tuple[Fault, ...] = (killed("sender 1"), disk_filled, all_killed)
    if database == "postgresql":
        few = (forked_killed, network(State.DEAF, 4), database_stopped("immediate"))
    return Plan(database, few, "4", people=12, pause=0.8, between=1, patience=30, lease=3, scale=0.3)
