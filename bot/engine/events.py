"""Rasa's events from what they were written as.

Rasa's own way goes through all classes of events for each of them, which was a seventh of a turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rasa.shared.core.events import Event
from rasa.shared.utils.common import all_subclasses

_KINDS: dict[str, type[Event]] = {kind.type_name: kind for kind in all_subclasses(Event)}


def read(written: Iterable[Mapping[str, Any]]) -> list[Event]:
    """Those that Rasa knows; others are left out."""
    known = ((_KINDS.get(str(one.get("event"))), one) for one in written)
    found = (kind._from_parameters(one) for kind, one in known if kind)
    return [event for event in found if event]
