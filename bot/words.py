"""Words of the bot itself: pages, notices, apologies, the desk. What an answer says is in actions/."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from procedures.phrasebook import Phrasebook, phrasebook

_FOLDER = Path(__file__).with_name("locales")
_ROOT = _FOLDER.parents[1]
#: Where the words lie that citizens read: of the bot itself, of its answers, of checklists.
BOOKS: Mapping[str, Path] = {
    "bot": _FOLDER,
    "actions": _ROOT / "actions" / "locales",
    "sheets": _ROOT / "procedures" / "sheets" / "locales",
}


def words() -> Phrasebook:
    """The bot's phrasebook."""
    return phrasebook(_FOLDER)


def book(name: str) -> Phrasebook:
    """One of BOOKS. Raises KeyError."""
    return phrasebook(BOOKS[name])


def staff_words() -> Phrasebook:
    """What staff read: at the desk, at its door, in calls to them."""
    return phrasebook(_FOLDER.parent / "desk" / "locales")


def language_of(memory: str | None) -> str:
    """The language that a conversation was answered in last, by what its engine remembers."""
    slots = json.loads(memory).get("slots", {}) if memory else {}
    return str(slots.get("language") or "vi")
