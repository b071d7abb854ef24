"""What the province and its communes add to the catalogue: notes on procedures, and facts about offices."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from datetime import date, datetime, timezone
from difflib import get_close_matches
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection, Engine

from procedures.errors import NoteInvalid
from procedures.model import Channel, Note, OfficeFacts, OfficeKind
from procedures.places import places
from procedures.store import move_version
from procedures.tables import catalogue_entry as entry
from procedures.tables import catalogue_note as note_table
from procedures.tables import catalogue_office as office_table
from procedures.validity import utc, within

#: Aspects a note may be about.
ABOUT = (
    *("documents", "fee", "time", "where", "how", "online"),
    *("conditions", "result", "form", "legal", "overview"),
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def add(engine: Engine, note: Note) -> int:
    """Keeps a note and gives its number; open catalogues see it within a second. Raises NoteInvalid."""
    with engine.begin() as connection:
        _check(connection, note)
        told = asdict(note)
        told.pop("id")
        told["channel"] = note.channel.value if note.channel else ""
        told["noted_at"] = note.noted_at or datetime.now(timezone.utc)
        number = connection.execute(insert(note_table).values(**told)).inserted_primary_key[0]
        move_version(connection)
    return int(number)


def withdraw(engine: Engine, number: int) -> None:
    """Takes a note back; it stays in the table. Raises NoteInvalid where there is none that holds."""
    with engine.begin() as connection:
        here = (note_table.c.id == number) & note_table.c.withdrawn_at.is_(None)
        values = {"withdrawn_at": datetime.now(timezone.utc)}
        if connection.execute(update(note_table).where(here).values(**values)).rowcount == 0:
            raise NoteInvalid(f"there is no note {number}", "list them with: motcua catalogue note list")
        move_version(connection)


def notes(connection: Connection, code: str, place: str, day: date) -> tuple[Note, ...]:
    """Notes that hold on a day for a procedure: the province's, then those of the place, oldest first."""
    here = note_table.c.code.in_(("", code)) & note_table.c.place.in_(("", place))
    found = [note for note in _kept(connection, here) if within(note.valid_from, note.valid_until, day)]
    return tuple(sorted(found, key=lambda note: (note.place != "", note.id)))


def all_notes(connection: Connection) -> tuple[Note, ...]:
    """Every note that has not been withdrawn."""
    return tuple(_kept(connection, note_table.c.id > 0))


def set_office(engine: Engine, facts: OfficeFacts) -> None:
    """Keeps what the province tells of an office, in place of what it told before. Raises NoteInvalid."""
    if facts.place and places().by_code(facts.place) is None:
        raise NoteInvalid(f'"{facts.place}" is no commune', "give its five digits, such as 01273")
    with engine.begin() as connection:
        here = (office_table.c.kind == facts.kind.value) & (office_table.c.place == facts.place)
        connection.execute(delete(office_table).where(here))
        told = {**asdict(facts), "kind": facts.kind.value, "noted_at": facts.noted_at or datetime.now(timezone.utc)}
        connection.execute(insert(office_table).values(**told))
        move_version(connection)


def office(connection: Connection, kind: OfficeKind, place: str) -> OfficeFacts | None:
    """What the province has told of an office; None where it has told nothing."""
    here = (office_table.c.kind == kind.value) & (office_table.c.place == place)
    row = connection.execute(select(office_table).where(here)).one_or_none()
    return _office(row) if row else None


def all_offices(connection: Connection) -> tuple[OfficeFacts, ...]:
    """Every office that the province has described."""
    rows = connection.execute(select(office_table).order_by(office_table.c.kind, office_table.c.place))
    return tuple(map(_office, rows))


def _kept(connection: Connection, here: Any) -> list[Note]:
    rows = connection.execute(select(note_table).where(here & note_table.c.withdrawn_at.is_(None)))
    return [_note(row) for row in rows.all()]


def _note(row: Any) -> Note:
    told = {name: value for name, value in row._mapping.items() if name != "withdrawn_at"}
    told["channel"] = Channel(row.channel) if row.channel else None
    return replace(Note(**told), noted_at=utc(row.noted_at))


def _office(row: Any) -> OfficeFacts:
    return OfficeFacts(**{**row._mapping, "kind": OfficeKind(row.kind), "noted_at": utc(row.noted_at)})


def _check(connection: Connection, note: Note) -> None:
    if note.about not in ABOUT:
        close = get_close_matches(note.about, ABOUT, n=1)
        raise NoteInvalid(f'"{note.about}" is no aspect', f"did you mean {close[0]}" if close else ", ".join(ABOUT))
    if not any(char.isalpha() for char in note.text):
        raise NoteInvalid(f'"{note.text}" is a bare figure', "say what it is for: 8.000 đ a copy")
    if note.place and places().by_code(note.place) is None:
        raise NoteInvalid(f'"{note.place}" is no commune', "give its five digits, such as 01273")
    known = connection.execute(select(entry.c.code).where(entry.c.code == note.code)).first()
    if note.code and known is None:
        raise NoteInvalid(f"{note.code} is not in the catalogue", "look it up with: motcua catalogue search")
    _check_days(note)


def _check_days(note: Note) -> None:
    for day in (note.valid_from, note.valid_until):
        if day and not _DAY.fullmatch(day):
            raise NoteInvalid(f'"{day}" is no day', "write it as 2026-07-01")
    if note.valid_from and note.valid_until and note.valid_until < note.valid_from:
        raise NoteInvalid(f"{note.valid_until} is before {note.valid_from}", "change the two round")
