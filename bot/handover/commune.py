"""The commune that a citizen was asked for: what they answer, and the office that the case goes to then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import update
from sqlalchemy.engine import Connection

from bot.alerts import alerts
from bot.handover import events, owning, phrases, routing
from bot.handover.kinds import Event
from bot.store.desk_tables import handover
from bot.words import words
from procedures.places import places
from procedures.typed.fold import tokens

#: Value of handover.asks while it is waited for.
ASKS = "place"
#: Syllables of a message that names another province and nothing more; places that are offered to choose from.
_FEW, _MOST = 6, 8


def told(text: str) -> dict[str, Any] | None:
    """What a message answers: do "place" with its five digits, "which" of several `places`, "nowhere" here.

    None where it is about something else, though it may name a place: that is for the bot.
    """
    if phrases.said(text, "waits.no_place"):
        return {"do": "nowhere"}
    found = places().find(text)
    if found.elsewhere and len(tokens(text)) <= _FEW:
        return {"do": "nowhere"}
    if not found.only or not found.matches:
        return None
    codes = [match.place.code for match in found.matches[:_MOST]]
    return {"do": "place", "place": codes[0]} if found.one else {"do": "which", "places": codes}


def settle(connection: Connection, row: Any, place: str) -> None:
    """The question is answered, with five digits or with none: a waiting case goes to the office that answers there."""
    about = {"code": row.code, "intent": row.intent, "language": row.language}
    office = routing.office_for(connection, place=place, **about)
    if not place or office.id == row.office_id:
        connection.execute(update(handover).where(handover.c.id == row.id).values(asks=""))
        return
    owning.move(connection, row, office_id=office.id, due_at=owning.due(connection, office.id), asks="")
    data = {"office": office.id, "to": None, "owner": None, **events.trace(row)}
    events.write(connection, row.id, Event.TRANSFERRED, **data)
    alerts.case_moved(connection, row.id)


def titles(codes: Sequence[str], language: str) -> dict[str, str]:
    """What communes are called, by their five digits; unknown ones are left out."""
    known = [place for code in codes if (place := places().by_code(code))]
    return {place.code: words().say(f"office.unit.{place.kind.value}", language, name=place.name) for place in known}
