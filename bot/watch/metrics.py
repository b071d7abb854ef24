"""Metrics for Prometheus, in a registry of our own: numbers and names of ours, nothing of citizens.

Every label has few values: channels, offices, outcomes, routes as they are written in the program.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import structlog
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot import logs
from bot.conversation.answer import Readiness
from bot.post.clock import now
from bot.store.tables import worker
from bot.watch import figures, places, signs
from bot.watch.figures import Figures
from bot.watch.flow import Flow

log = structlog.get_logger()
# When each series began is a series of its own otherwise.
disable_created_metrics()  # type: ignore[no-untyped-call]

#: Seconds for which what was read is told again: whoever asks often costs nothing.
KNOWN_FOR = 10.0
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

Gauges = Iterator[GaugeMetricFamily]


class Metrics:
    """One for a process that serves pages."""

    def __init__(self, database: Engine, var: Path, media: Path, base_url: str, channels: Iterable[str] = ()) -> None:
        """`var`: where the program keeps what it makes, backups among it; `channels`: those that are on."""
        self._reading = database.execution_options(motcua_read=True)
        self._var, self._media = var, media
        self._certificate = places.Certificate(base_url)
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._flow = Flow(self.registry, tuple(channels))
        self.requests = _counter(self.registry, "motcua_http_requests", "Requests", "route", "method", "status")
        self.seconds = Histogram(
            "motcua_http_seconds",
            "Seconds until an answer begins",
            ["route"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.refused = _counter(self.registry, "motcua_auth_failures", "Requests refused for who asked", "kind")
        self.limited = _counter(self.registry, "motcua_rate_limited", "Requests refused for being too many", "route")
        self._lock = threading.Lock()
        self._read_at = -KNOWN_FOR
        self._told: tuple[GaugeMetricFamily, ...] = ()
        self.registry.register(self)

    def text(self) -> bytes:
        """Everything, as Prometheus reads it."""
        # First, so that counters tell what this look has found.
        with self._lock:
            if time.monotonic() > self._read_at + KNOWN_FOR:
                self._told, self._read_at = tuple(self._look()), time.monotonic()
        return generate_latest(self.registry)

    def collect(self) -> Gauges:
        """What Prometheus' library asks of a collector. A database that is away tells motcua_database_up 0."""
        yield from self._told

    def describe(self) -> Gauges:
        """Nothing is looked at before somebody asks."""
        return iter(())

    def _look(self) -> Gauges:
        found, memory = None, 0
        try:
            with self._reading.connect() as connection:
                found = figures.read(connection)
                memory = places.memory_of(connection.execute(select(worker.c.name)).scalars())
                self._flow.follow(connection)
        except Exception as error:
            log.error("metrics_failed", error=type(error).__name__, where=logs.where(error))
        yield _gauge("motcua_database_up", "The database can be read", float(found is not None))
        yield from self._outside()
        if found is not None:
            yield _gauge("motcua_engine_memory_bytes", "Memory of workers of this machine", memory)
            yield from _waiting(found)
            yield from _channels(found)
            yield from _signs(found)

    def _outside(self) -> Gauges:
        free = {"var": places.disk_free(self._var), "media": places.disk_free(self._media)}
        shares, counts = ({name: one[what] for name, one in free.items()} for what in (0, 1))
        yield _gauges("motcua_disk_free_ratio", "Share of the disk that is free", ("place",), shares)
        yield _gauges("motcua_disk_free_bytes", "Bytes of the disk that are free", ("place",), counts)
        backup = places.last_backup(self._var / "backups")
        age = (now() - backup.at).total_seconds() if backup else None
        yield _gauge("motcua_backup_age_seconds", "Since the last backup; none where there is none", age)
        left = self._certificate.seconds()
        yield _gauge("motcua_certificate_seconds", "Until the certificate of the site ends; none without https", left)


def _waiting(found: Figures) -> Gauges:
    workers = {one.value: found.workers.get(one.value, 0) for one in Readiness}
    yield _gauge("motcua_engine_ready", "Somebody answers", float(workers[Readiness.READY.value] > 0))
    yield _gauges("motcua_workers", "Processes that answer, by how they stand", ("readiness",), workers)
    yield _gauge("motcua_inbox_waiting", "Messages that nobody has begun to answer", found.inbox_waiting)
    yield _gauge("motcua_inbox_oldest_seconds", "How long the oldest of them waits", found.inbox_oldest)
    cases = {(str(office), status): count for (office, status), count in found.cases.items()}
    yield _gauges("motcua_handovers", "Open cases of an office", ("office", "status"), cases)
    yield _gauge("motcua_handovers_overdue", "Cases whose promise is broken", found.overdue)
    yield _gauge("motcua_database_bytes", "Size of the database", found.size)
    yield _gauge("motcua_clock_behind_seconds", "How far the newest message lies in the future", found.ahead)


def _channels(found: Figures) -> Gauges:
    yield _gauges("motcua_outbox_letters", "Letters that are not sent", ("channel", "status"), found.letters)
    told = "How long the oldest letter is on its way"
    yield _gauges("motcua_outbox_oldest_seconds", told, ("channel",), found.outbox_oldest)
    yield _gauges("motcua_channel_paused", "Sends nothing now", ("channel",), dict.fromkeys(found.paused, 1))
    told = "Until the token of a channel ends, unless it is renewed before"
    yield _gauges("motcua_channel_token_seconds", told, ("channel",), found.tokens)


def _signs(found: Figures) -> Gauges:
    keeper, audit = found.signs.get(signs.KEEPER), found.signs.get(signs.AUDIT)
    age = (now() - keeper.at).total_seconds() if keeper else None
    yield _gauge("motcua_keeper_age_seconds", "Since the keeper looked", age)
    age = (now() - audit.at).total_seconds() if audit else None
    yield _gauge("motcua_audit_verified_age_seconds", "Since the audit was verified", age)
    whole = float(bool(audit.data.get("whole"))) if audit else None
    yield _gauge("motcua_audit_whole", "The audit was whole then", whole)


def _counter(registry: CollectorRegistry, name: str, told: str, *labels: str) -> Counter:
    return Counter(name, told, labels, registry=registry)


def _gauge(name: str, told: str, value: float | None) -> GaugeMetricFamily:
    """Without a value it is named and has none."""
    family = GaugeMetricFamily(name, told)
    if value is not None:
        family.add_metric((), value)
    return family


def _gauges(name: str, told: str, labels: tuple[str, ...], values: Mapping[Any, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, told, labels=labels)
    for key, value in values.items():
        family.add_metric(key if isinstance(key, tuple) else (key,), float(value))
    return family


#: Kinds of refusals by the beginning of a route.
_KINDS: tuple[tuple[str, str], ...] = (("/login", "login"), ("/webhooks", "webhook"), ("/api", "program"))


def kind_of(route: str) -> str:
    """Who was refused there: whoever signs in, a provider, a program, staff."""
    return next((kind for place, kind in _KINDS if route.startswith(place)), "staff")
