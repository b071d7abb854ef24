"""What the bot remembers of a conversation, as the desk needs it: slots by name."""

from __future__ import annotations

import json
from typing import Any

#: A conversation in which nothing was said yet, and the bot listens.
_NEW: dict[str, Any] = {"slots": {}, "events": [{"event": "action", "name": "action_listen"}]}


def slot(memory: str | None, name: str) -> Any:
    """The value of a slot; None where it has none."""
    return json.loads(memory).get("slots", {}).get(name) if memory else None


def with_slots(memory: str | None, **slots: Any) -> str:
    """The same memory with these slots."""
    told: dict[str, Any] = json.loads(memory) if memory else _NEW
    return json.dumps({**told, "slots": {**told.get("slots", {}), **slots}}, ensure_ascii=False)


def topic(memory: str | None) -> str:
    """Code of the procedure that is talked about, else of the one answered last; "" where there is none."""
    history = slot(memory, "history") or ()
    last = history[-1][0] if history else ""
    return str(slot(memory, "procedure") or last or "")
