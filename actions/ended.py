"""A procedure that may not be filed today: never answered as if it could be."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.known import known
from actions.offer import offer
from actions.reading import Reading
from actions.say import person_button, report, utter
from actions.words import say
from procedures.model import Procedure
from procedures.validity import Standing, standing, successors, today

#: The number of a decision or decree, as in 3582/QD-BCA. An export that lacks a procedure leaves its file name instead.
_DECISION = re.compile(r"\d+/[^\W_]")


def is_current(procedure: Procedure) -> bool:
    """Whether it may be filed today."""
    return standing(procedure, today()) is Standing.CURRENT


def tell_ended(
    dispatcher: CollectingDispatcher, reading: Reading, procedure: Procedure, aspect: str
) -> list[dict[str, Any]]:
    """Since when it has ended or from when it begins, and what stands in its place."""
    lead = _lead(procedure)
    instead = successors(known, procedure, today())
    if instead:
        return offer(dispatcher, reading, instead, aspect, f"{lead} {say('ended.instead')}")
    utter(dispatcher, f"{lead} {say('ended.unknown')}", [person_button()])
    report(dispatcher, reading, "clarify", aspect, reading.hits)
    return []


def _lead(procedure: Procedure) -> str:
    if standing(procedure, today()) is Standing.NOT_YET:
        return say("ended.not_yet", title=procedure.title, day=_day(procedure.valid_from))
    by = say("ended.by", decision=procedure.changed_by) if _DECISION.search(procedure.changed_by) else ""
    return say("ended.lead", title=procedure.title, day=_day(procedure.valid_until), by=by)


def _day(iso: str) -> str:
    """2026-07-01 → 01/07/2026."""
    return "/".join(reversed(iso.split("-")))
