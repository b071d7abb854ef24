"""Our actions inside Rasa's process.

Rasa's own way asks an action server and validates its answer with jsonschema, which is four fifths of a turn.
"""

from __future__ import annotations

from typing import Any

from rasa.core.actions.action import Action, RemoteAction
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa_sdk import Action as SdkAction
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.engine import events as written


class LocalAction(Action):
    """A rasa_sdk action, run here with the same inputs and outputs as behind an action server."""

    def __init__(self, action: SdkAction, failures: list[Exception]) -> None:
        """`failures` gets what the action raises: Rasa itself would only log it and go on."""
        super().__init__()
        self._action = action
        self._failures = failures

    def name(self) -> str:
        """Rasa's: name of the action."""
        return str(self._action.name())

    async def run(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
        metadata: dict[str, Any] | None = None,
    ) -> list[Event]:
        """Rasa's: runs the action, returns its messages and events."""
        dispatcher = CollectingDispatcher()
        seen = Tracker.from_dict(tracker.current_state(EventVerbosity.NONE))
        try:
            events = await self._action.run(dispatcher, seen, {})
        except Exception as error:
            self._failures.append(error)
            return []
        messages = await RemoteAction._utter_responses(dispatcher.messages, output_channel, nlg, tracker)
        return [*messages, *written.read(events or [])]
