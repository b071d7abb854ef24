"""Answers that an officer may send on: from the catalogue alone, in the citizen's language, what was asked first."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.post.clock import now
from bot.store.desk_tables import handover
from bot.store.tables import conversation, turn
from procedures import notes, store
from procedures.model import Procedure
from procedures.sheets.parts import PARTS, ended, label, part
from procedures.sheets.sheet import LANGUAGES
from procedures.validity import day_of, successors

#: Most that are offered: an officer has to read them.
MOST = 6
#: Latest messages that are looked at, and procedures that are told of.
_LOOKED_AT, _PROCEDURES = 5, 2
_PART_OF = {aspect: name for name, aspects in PARTS.items() for aspect in aspects}


@dataclass(frozen=True)
class Suggestion:
    """A text to be sent as it is, or changed before."""

    #: What it tells, of what; Vietnamese, for staff.
    title: str
    text: str
    #: The procedure.
    code: str


def suggested(connection: Connection, case_id: int, language: str) -> tuple[Suggestion, ...]:
    """What the catalogue answers to the latest messages of a case, best first; nothing where nobody knows the matter.

    `language` is the citizen's; one that the catalogue does not speak is told in Vietnamese.
    """
    spoken = language if language in LANGUAGES else LANGUAGES[0]
    case = connection.execute(select(handover).where(handover.c.id == case_id)).first()
    if case is None:
        return ()
    asked = list(_asked(connection, case))
    codes = list(dict.fromkeys(code for code, _ in asked))[:_PROCEDURES]
    place = place_of(connection, case.conversation_id)
    told = [one for code in codes for one in _of(connection, code, _first(asked, code), spoken, place)]
    return tuple(told[:MOST])


def place_of(connection: Connection, conversation_id: int) -> str:
    """Five digits of the commune that a citizen has told the bot; empty where they have not."""
    memory = connection.execute(select(conversation.c.memory).where(conversation.c.id == conversation_id)).scalar()
    return str(json.loads(memory).get("slots", {}).get("place") or "") if memory else ""


def _asked(connection: Connection, case: Any) -> Iterator[tuple[str, str]]:
    """Procedures and aspects of the latest messages, the newest first; those on the case's own procedure lead."""
    mine = select(turn.c.procedures, turn.c.aspect).where(turn.c.conversation_id == case.conversation_id)
    rows = connection.execute(mine.order_by(turn.c.inbox_id.desc()).limit(_LOOKED_AT)).all()
    found = [(linked[0]["code"], row.aspect) for row in rows if (linked := json.loads(row.procedures))]
    if case.code:
        yield from [one for one in found if one[0] == case.code] or [(case.code, "")]
    yield from found


def _first(asked: Sequence[tuple[str, str]], code: str) -> list[str]:
    """The parts of a procedure, those that were asked for first."""
    wanted = [_PART_OF[aspect] for of, aspect in asked if of == code and aspect in _PART_OF]
    return list(dict.fromkeys([*wanted, *PARTS]))


def _of(connection: Connection, code: str, names: Sequence[str], language: str, place: str) -> Iterator[Suggestion]:
    procedure = store.load(connection, code)
    if procedure is None:
        return
    told = ended(procedure, language)
    if told:
        yield Suggestion(procedure.title, told, code)
        for instead in successors(lambda one: store.load(connection, one), procedure, day_of(now())):
            yield from _parts(connection, instead, names, language, place)
        return
    yield from _parts(connection, procedure, names, language, place)


def _parts(
    connection: Connection, procedure: Procedure, names: Sequence[str], language: str, place: str
) -> Iterator[Suggestion]:
    added = notes.notes(connection, procedure.code, place, day_of(now()))
    for name in names:
        text = part(procedure, language, name, added)
        if text:
            yield Suggestion(f"{label(name, 'vi')}: {procedure.title}", text, procedure.code)
