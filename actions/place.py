"""Where somebody lives: buttons to choose by, and what is remembered."""

from __future__ import annotations

from typing import Any

from rasa_sdk.events import SlotSet

from actions.aspects.office import unit
from actions.reading import Reading
from actions.say import Button, payload
from actions.words import say
from procedures.places import Found, Match

#: Places offered at once; a district has up to eight.
_MOST = 8


def place_buttons(found: Found) -> list[Button]:
    """A button for each place that a name fits; none where there is no doubt."""
    if len(found.matches) < 2:
        return []
    return [_button(match) for match in found.matches[:_MOST]]


def remember(reading: Reading) -> list[dict[str, Any]]:
    """The place, where the message or a button has told exactly one."""
    one = reading.places.one
    code = reading.pressed.get("place") or (one.place.code if one else "")
    return [SlotSet("place", code)] if code else []


def _button(match: Match) -> Button:
    title = unit(match.place)
    if match.old and match.old.name != match.place.name:
        title = say("place.old", place=title, old=unit(match.old), district=match.old.district)
    return {"title": title, "payload": payload("ask_where", place=match.place.code)}
