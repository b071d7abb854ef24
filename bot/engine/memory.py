"""The memory of a conversation: slots and the last events, not its whole history.

Stock Rasa replays every event of a conversation at each message, so a message costs more the longer people talk.
A rule looks at the last message only; what must last longer is a slot. So slots and EVENTS events are enough.
"""

from __future__ import annotations

import json
from typing import Any

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from bot.engine import events as written
from bot.errors import EngineFailed

#: Events that are kept, from the start of a turn: some two turns.
EVENTS = 10
#: Kept elsewhere, or looked at by no rule: slots are remembered by value, and what was said is in the transcript.
_NEEDLESS = (SlotSet, BotUttered)


class MemoryTrackerStore(TrackerStore):
    """Holds the one conversation in hand; between messages its memory lies with the conversation's row."""

    def __init__(self, domain: Domain) -> None:
        super().__init__(domain)
        self._memory: str | None = None
        self._tracker: DialogueStateTracker | None = None

    def put(self, memory: str | None) -> None:
        """Takes up a conversation where its memory left it; None is a new one."""
        self._memory, self._tracker = memory, None

    def get(self) -> str:
        """The memory of the conversation in hand, JSON."""
        if self._tracker is None:
            raise EngineFailed("No message was handled since put()")
        return _remember(self._tracker)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Rasa's: keeps the tracker until `get`."""
        self._tracker = tracker

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Rasa's: the tracker of the conversation in hand."""
        if self._tracker is None and self._memory is not None:
            self._tracker = self._recall(sender_id, json.loads(self._memory))
        return self._tracker

    def _recall(self, sender_id: str, memory: dict[str, Any]) -> DialogueStateTracker:
        tracker = self.init_tracker(sender_id)
        known = {slot.name for slot in self.domain.slots}
        events: list[Event] = [SlotSet(name, value) for name, value in memory["slots"].items() if name in known]
        tracker.update_with_events([*events, *written.read(memory["events"])], self.domain, override_timestamp=False)
        return tracker


def _remember(tracker: DialogueStateTracker) -> str:
    slots = {name: slot.value for name, slot in tracker.slots.items() if slot.value != slot.initial_value}
    return json.dumps({"slots": slots, "events": [_lean(event) for event in _recent(tracker)]}, ensure_ascii=False)


def _recent(tracker: DialogueStateTracker) -> list[Event]:
    """The last events, cut where the bot began to listen, so that rules see whole turns."""
    events = [event for event in tracker.events if not isinstance(event, _NEEDLESS)]
    starts = [i for i, event in enumerate(events) if _listens(event) and len(events) - i <= EVENTS]
    return events[starts[0] :] if starts else events[-EVENTS:]


def _listens(event: Event) -> bool:
    return isinstance(event, ActionExecuted) and event.action_name == ACTION_LISTEN_NAME


def _lean(event: Event) -> dict[str, Any]:
    """An event without what nobody reads again: rankings of intents, features, metadata."""
    data: dict[str, Any] = event.as_dict()
    parse = data.get("parse_data")
    if parse:
        data["parse_data"] = {key: parse[key] for key in ("intent", "entities", "text") if key in parse}
    data.pop("metadata", None)
    return data
