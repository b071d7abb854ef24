"""The opening hours of an office with a desk, for whoever is about to go there: its week, how it stands, holidays."""

from __future__ import annotations

from sqlalchemy.engine import Engine

from bot.handover import offices, spoken
from bot.handover.offices import Office
from bot.post.clock import now
from bot.words import words
from procedures.model import OfficeKind
from procedures.openings import Teller


def teller(database: Engine) -> Teller:
    """Looks into this database each time: hours may change while the bot runs."""
    reading = database.execution_options(motcua_read=True)

    def tell(kind: OfficeKind, place: str, language: str) -> str:
        with reading.connect() as connection:
            office = offices.find(connection, kind, place)
        return told(office, language) if office else ""

    return tell


def told(office: Office, language: str = "vi") -> str:
    """One or two lines; empty for an office without hours."""
    if not any(office.calendar.week):
        return ""
    at = now()
    stands = spoken.stands(office.calendar, at, language)
    values = {"office": office.called(language), "hours": _within(spoken.hours(office.calendar, language), language)}
    lines = [words().say("opening", language, stands=stands[:1].upper() + stands[1:], **values)]
    changed = spoken.changed(office.calendar, at, language)
    return "\n".join([*lines, *([words().say("opening.changed", language, days=changed)] if changed else [])])


def _within(text: str, language: str) -> str:
    """After a colon; English days keep their capital."""
    return text if language == "en" else text[:1].lower() + text[1:]
