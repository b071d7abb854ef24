"""Being reminded of a guide: only for whom asks, on the day that is named, once, and it can be stopped."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.guide.ask import press, title
from actions.guide.hand import DATING
from actions.reading import Reading
from actions.say import report, utter
from actions.words import say
from procedures.catalogue import current_view
from procedures.guides.day import named_day
from procedures.guides.state import Guide
from procedures.typed.fold import fold
from procedures.validity import today

_WANTED = re.compile(r"\bnhac (?:toi|em|minh|anh|chi|chau|con|nho|vao|thu|mai|ngay)\b|\bremind me\b|提醒我")
#: Words of a message that is nothing but a day.
_SHORT = 6


def wants_reminder(reading: Reading) -> bool:
    """Whether somebody asks to be reminded, or names the day that was asked for."""
    day, short = _day(reading.text) is not None, len(reading.text.split()) <= _SHORT
    if _WANTED.search(fold(reading.text)):
        # "Remind me again which papers" wants something else.
        return day or short
    return reading.hand.dating and short and day


def remind(
    dispatcher: CollectingDispatcher, reading: Reading, guide: Guide, stop: bool = False
) -> list[dict[str, Any]]:
    """Notes the day, asks for it, or takes the reminder back."""
    procedure = current_view().by_code(guide.code)
    day = None if stop else _day("" if reading.pressed else reading.text)
    if procedure is None or (day is None and not stop):
        utter(dispatcher, say("guide.remind.ask"), [press(say("guide.remind.stop"), "unremind", guide)])
        report(dispatcher, reading, "guide")
        return [SlotSet("guide", guide.token), SlotSet("guiding", DATING)]
    told = title(procedure, guide)
    words = say("guide.remind.stopped") if day is None else say("guide.remind.noted", day=f"{day:%d/%m/%Y}", title=told)
    back = press(say("guide.resume", title=told), "show", guide)
    stops = [press(say("guide.remind.stop"), "unremind", guide)] if day else []
    utter(dispatcher, words, [back, *stops])
    effect = {"type": "remind", "token": guide.token, "day": day.isoformat() if day else ""}
    report(dispatcher, reading, "guide", effects=[effect])
    return [SlotSet("guide", guide.token), SlotSet("guiding", False)]


def _day(text: str) -> date | None:
    return named_day(text, today())
