"""Rasa's message processor, told where our actions are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rasa.core.actions.action import Action
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.core.processor import MessageProcessor
from rasa_sdk import Action as SdkAction

from bot.engine.local_action import LocalAction
from bot.engine.memory import MemoryTrackerStore


class LocalProcessor(MessageProcessor):  # type: ignore[misc]  # Rasa ships no types
    """Runs custom actions in this process and keeps a bounded memory."""

    def __init__(self, model: Path, actions: Mapping[str, SdkAction]) -> None:
        #: What actions raised since the list was last cleared.
        self.failures: list[Exception] = []
        self._local = {name: LocalAction(action, self.failures) for name, action in actions.items()}
        super().__init__(
            model_path=model,
            tracker_store=MemoryTrackerStore(None),
            lock_store=InMemoryLockStore(),
            generator=TemplatedNaturalLanguageGenerator({}),
        )
        self.memory = MemoryTrackerStore(self.domain)
        self.tracker_store = self.memory
        self.nlg = TemplatedNaturalLanguageGenerator(self.domain.responses)

    async def _run_action(self, action: Action, *arguments: Any, **named: Any) -> bool:
        ran: bool = await super()._run_action(self._local.get(action.name(), action), *arguments, **named)
        return ran

    @property
    def intents(self) -> frozenset[str]:
        """Intents that a button may stand for."""
        return frozenset(self.domain.intents) - {"restart", "back", "session_start", "nlu_fallback"}
