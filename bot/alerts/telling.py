"""What a call says: one message for all that somebody is to be told at once. Nothing of a citizen is in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection

from bot.accounts.people import Person
from bot.handover import offices, spoken
from bot.words import staff_words
from procedures.validity import utc

#: Cases that one message names; a morning after a holiday may bring hundreds.
_MOST = 20


@dataclass(frozen=True)
class Told:
    """One message."""

    subject: str
    text: str


def told(connection: Connection, person: Person, calls: Sequence[tuple[str, Any]], site: str) -> Told:
    """About cases (each with its kind, bot.alerts.alerts.Kind, and its row), in the language of somebody's desk.

    `site` is what links begin with.
    """
    say, locale = staff_words().say, person.locale
    lines = [_line(connection, kind, case, locale, site) for kind, case in calls[:_MOST]]
    if len(calls) > _MOST:
        lines.append(f"{say('alert.more', locale, n=len(calls) - _MOST)}\n{site}/desk")
    kind, first = calls[0]
    subject = say(f"alert.subject.{kind}", locale, id=first.id) if len(calls) == 1 else ""
    head = say("alert.head", locale, n=len(calls))
    foot = say("alert.foot", locale, link=f"{site}/desk/me")
    return Told(subject or head, "\n\n".join([*([] if subject else [head]), *lines, foot]))


def _line(connection: Connection, kind: str, case: Any, locale: str, site: str) -> str:
    office = offices.of(connection, case.office_id).called(locale)
    parts = [staff_words().say(f"alert.{kind}", locale, id=case.id, office=office), *_facts(case, locale)]
    return " ".join(parts) + f"\n{site}/desk/cases/{case.id}"


def _facts(case: Any, locale: str) -> list[str]:
    """The citizen's language, where it is another one, and until when they were promised to hear."""
    say, facts = staff_words().say, []
    if case.language != "vi":
        facts.append(say("alert.language", locale, spoken=say(f"language.{case.language}", locale)))
    if case.due_at is not None:
        facts.append(say("alert.due", locale, when=spoken.when(utc(case.due_at), locale)))
    return facts
