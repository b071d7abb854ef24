"""Rasa's message processor, told where our actions are, and spared what our rules have no use for."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rasa.core.actions.action import Action
from rasa.core.channels.channel import OutputChannel
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.nlg import NaturalLanguageGenerator, TemplatedNaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.engine import loader
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa_sdk import Action as SdkAction

from bot.engine.local_action import LocalAction
from bot.engine.memory import MemoryTrackerStore
from bot.engine.runner import OrderedRunner


class LocalProcessor(MessageProcessor):  # type: ignore[misc]  # Rasa ships no types
    """Runs custom actions in this process and keeps a bounded memory.

    It relies on two things of `nlu/` (tests/nlu/test_rules.py): a rule is one intent and one action, and no slot
    is filled by Rasa itself.
    """

    def __init__(self, model: Path, actions: Mapping[str, SdkAction]) -> None:
        #: What actions raised since the list was last cleared.
        self.failures: list[Exception] = []
        self._local = {name: LocalAction(action, self.failures) for name, action in actions.items()}
        #: By the intent and the action before: all that a rule looks at.
        self._predicted: dict[tuple[str | None, str | None], PolicyPrediction] = {}
        super().__init__(
            model_path=model,
            tracker_store=MemoryTrackerStore(None),
            lock_store=InMemoryLockStore(),
            generator=TemplatedNaturalLanguageGenerator({}),
        )
        self.memory = MemoryTrackerStore(self.domain)
        self.tracker_store = self.memory
        self.nlg = TemplatedNaturalLanguageGenerator(self.domain.responses)

    @staticmethod
    def _load_model(model_path: Path) -> tuple[str, Any, OrderedRunner]:
        with tempfile.TemporaryDirectory() as folder:
            unpacked = (Path(folder), Path(model_path), LocalModelStorage, OrderedRunner)
            metadata, runner = loader.load_predict_graph_runner(*unpacked)
        return Path(model_path).name, metadata, runner

    async def run_action_extract_slots(
        self, output_channel: OutputChannel, tracker: DialogueStateTracker
    ) -> DialogueStateTracker:
        """Rasa's: our slots are set by actions alone."""
        return tracker

    def _check_for_unseen_features(self, parse_data: dict[str, Any]) -> None:
        """Rasa makes an empty domain here to compare ours with; examples are checked before training."""

    def _predict_next_with_tracker(self, tracker: DialogueStateTracker) -> PolicyPrediction:
        if tracker.followup_action:
            return super()._predict_next_with_tracker(tracker)
        situation = (tracker.latest_message.intent.get("name"), tracker.latest_action_name)
        if situation not in self._predicted:
            self._predicted[situation] = super()._predict_next_with_tracker(tracker)
        return self._predicted[situation]

    async def _run_action(
        self,
        action: Action,
        tracker: DialogueStateTracker,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        prediction: PolicyPrediction,
    ) -> bool:
        """Rasa's own copies the tracker for each action, and every event for its debug log."""
        ours = self._local.get(action.name(), action)
        events = await ours.run(output_channel, nlg, tracker, self.domain)
        ran = action.event_for_successful_execution(prediction)
        tracker.update_with_events([*prediction.events, ran, *events], self.domain)
        await self._send_bot_messages(events, tracker, output_channel)
        return bool(self.should_predict_another_action(action.name()))

    @property
    def intents(self) -> frozenset[str]:
        """Intents that a button may stand for."""
        return frozenset(self.domain.intents) - {"restart", "back", "session_start", "nlu_fallback"}
