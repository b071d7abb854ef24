"""An engine whose model is swapped while it answers: no message waits for it, and none is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import structlog

from bot.conversation.answer import Answer, Readiness
from bot.engine.engine import Engine
from bot.engine.models import Models
from bot.errors import EngineFailed, ModelMissing

log = structlog.get_logger()

#: Seconds between two looks at which model is to answer.
LOOK_EVERY = 1.0


class SwappingEngine:
    """Answers with the active model; takes up another once that is loaded, between two messages.

    A model that does not load is left alone, and the one before goes on.
    """

    def __init__(self, models: Models, make: Callable[[Path], Engine] = Engine, look_every: float = LOOK_EVERY) -> None:
        self._models, self._make, self._look_every = models, make, look_every
        self._engine: Engine | None = None
        #: The model that was tried last, good or not.
        self._tried: Path | None = None
        self._stopping = threading.Event()
        self.readiness = Readiness.STARTING

    def load(self) -> None:
        """Loads the active model, or the latest before it that loads, and watches for another. Raises EngineFailed."""
        self.warm()
        threading.Thread(target=self._watch, name="models", daemon=True).start()

    def warm(self) -> Engine:
        """The same without watching: no thread is left behind. Raises EngineFailed."""
        try:
            self._engine = self._first_good()
        except (EngineFailed, ModelMissing) as error:
            self.readiness = Readiness.FAILED
            raise EngineFailed("No model loads") from error
        self.readiness = Readiness.READY
        return self._engine

    def stop(self) -> None:
        """Watches no longer."""
        self._stopping.set()

    def respond(self, conversation_id: int, text: str, payload: str, memory: str | None) -> Answer:
        """Answers one message. Raises EngineFailed."""
        if self._engine is None:
            raise EngineFailed("The engine is not loaded")
        return self._engine.respond(conversation_id, text, payload, memory)

    def _first_good(self) -> Engine:
        failed: EngineFailed | None = None
        for path in self._models.good():
            self._tried = self._tried or path
            try:
                return self._loaded(path)
            except EngineFailed as error:
                log.error("model_failed", model=path.name, error=repr(error.__cause__ or error))
                failed = failed or error
        raise failed or ModelMissing

    def _loaded(self, path: Path) -> Engine:
        engine = self._make(path)
        engine.load()
        log.info("model_loaded", model=path.name)
        return engine

    def _watch(self) -> None:
        while not self._stopping.wait(self._look_every):
            self.look()

    def look(self) -> Engine | None:
        """Takes up another model where one was made to answer, and returns its engine; None where there is none."""
        try:
            wanted = self._models.active()
            if wanted == self._tried:
                return None
            self._tried = wanted
            # Whoever is in the middle of an answer keeps the engine it has.
            self._engine = self._loaded(wanted)
            return self._engine
        except Exception as error:
            log.error("model_failed", error=repr(error.__cause__ or error))
            return None
