"""Several workers that share one engine: it is loaded once, here, and each worker is forked from this process.

A new model, or a catalogue that has changed, is loaded here as well, and the workers are then forked anew, one after
another. Would each load it by itself, each would have a copy of its own. What is changed in the catalogue is found by
the workers of before within a second all the same: they lay it over the index that they share.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import signal
import time
from collections.abc import Callable

import structlog

from bot.commands.crew import Crew
from bot.conversation.answer import Readiness
from bot.engine.engine import Engine
from bot.engine.models import Models
from bot.engine.swapping import SwappingEngine
from bot.errors import EngineFailed
from bot.post.pulse import Pulse
from bot.settings import Settings
from bot.store import schema
from procedures.catalogue import Catalogue, catalogue_of
from procedures.database import connect

log = structlog.get_logger()

#: Seconds between two ticks; between two looks for a new model or another catalogue; from the first change of the
#: catalogue until the index is built anew: an admin changes several things in a row.
_TICK, _LOOK_EVERY, _SETTLED = 0.2, 1.0, 20.0


class Shared:
    """The engine and the catalogue that all workers share."""

    def __init__(self, settings: Settings, models: Models) -> None:
        """Raises SchemaOutdated."""
        self._database = connect(settings.database_url)
        schema.check(self._database)
        self._catalogue: Catalogue = catalogue_of(self._database)
        self._swapping = SwappingEngine(models)
        self.engine: Engine
        #: When the catalogue was first seen to be another one; when it is looked at next.
        self._behind_since: float | None = None
        self._next = 0.0

    def load(self) -> None:
        """Some ten seconds, in which pages are told that a worker is starting. Raises EngineFailed."""
        starting = Pulse(self._database, lambda: Readiness.STARTING)
        starting.start()
        try:
            self.engine = self._swapping.warm()
        finally:
            starting.stop()
        self._settle()

    def moved(self) -> bool:
        """Looks now and then; True where something new was loaded, for which the workers are to be forked anew."""
        if time.monotonic() < self._next:
            return False
        self._next = time.monotonic() + _LOOK_EVERY
        engine = self._swapping.look()
        if engine is None and not self._due():
            return False
        self.engine = engine or self.engine
        gc.unfreeze()
        self._settle()
        return True

    def _due(self) -> bool:
        try:
            behind = self._catalogue.behind()
        except Exception as error:
            log.error("catalogue_not_seen", error=type(error).__name__)
            return False
        finally:
            self._catalogue.rest()
        if not behind:
            self._behind_since = None
            return False
        self._behind_since = self._behind_since or time.monotonic()
        return time.monotonic() > self._behind_since + _SETTLED

    def _settle(self) -> None:
        """Everything is there that an answer needs, and nothing that must not be shared."""
        self._behind_since = None
        view = self._catalogue.settled()
        # What is made at the first answer is made once, for all.
        for document in view.documents[:1]:
            with contextlib.suppress(EngineFailed):
                self.engine.respond(0, document.title, "", None)
        self.engine.rest()
        self._catalogue.rest()
        self._database.dispose()
        # The collector never looks at this again: looking at an object writes to it, which copies it into each worker.
        gc.collect()
        gc.freeze()


def work_together(settings: Settings, size: int, leashed: bool) -> None:
    """Keeps so many workers until told to stop, or until whoever started this process is gone; SIGHUP: all anew.

    Raises SchemaOutdated, and EngineFailed where no model loads.
    """
    shared = Shared(settings, Models())
    shared.load()
    log.info("workers", size=size)
    keep(Crew(size, lambda leash: _one(settings, shared, leash)), shared.moved, leashed)


def keep(crew: Crew, moved: Callable[[], bool], leashed: bool) -> None:
    """Keeps a crew until told to stop; forks it anew where something has `moved`, and at SIGHUP."""
    stopping, anew = _heed(crew)
    while not stopping and not (leashed and _let_go()):
        crew.tick()
        if not crew.renewing and (moved() or anew):
            anew.clear()
            crew.renew()
        time.sleep(_TICK)
    crew.stop()


def _one(settings: Settings, shared: Shared, leash: int) -> None:
    """A worker's life."""
    from bot.commands.run import work

    # The index was made by the parent, and so is the next.
    catalogue_of(connect(settings.database_url)).borrow()
    work(settings, shared.engine, leash)


def _heed(crew: Crew) -> tuple[list[int], list[int]]:
    """What signals have said: stop; all anew."""
    stopping: list[int] = []
    anew: list[int] = []

    def stop(number: int, _: object) -> None:
        # At once, for this process may be in the middle of loading.
        stopping.append(number)
        crew.call_off()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    signal.signal(signal.SIGHUP, lambda number, _: anew.append(number))
    return stopping, anew


def _let_go() -> bool:
    """Standard input has ended."""
    return bool(select.select([0], [], [], 0)[0]) and not os.read(0, 1024)
