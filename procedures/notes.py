"""What the province and its communes add to the catalogue: notes on procedures, and facts about offices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date, datetime, timezone
from difflib import get_close_matches
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection, Engine

from procedures.errors import NoteInvalid
from procedures.importers.seed_shape import meant
from procedures.importers.text import clean
from procedures.model import Channel, Note, OfficeFacts, OfficeKind
from procedures.offices import OF_COMMUNE
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
#: The columns that hold who and whence.
_LONGEST_NAME = 200
#: đồng; no fee of a citizen is near it, and the column holds no more.
_HIGHEST = 2_000_000_000


def add(engine: Engine, note: Note) -> int:
    """Keeps a note and gives its number; open catalogues see it within a second. Raises NoteInvalid."""
    with engine.begin() as connection:
        return keep(connection, note)


def keep(connection: Connection, note: Note) -> int:
    """The same within a transaction."""
    note = replace(note, text=clean(note.text))
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
        take_back(connection, number)


def take_back(connection: Connection, number: int) -> None:
    """The same within a transaction."""
    here = (note_table.c.id == number) & note_table.c.withdrawn_at.is_(None)
    values = {"withdrawn_at": datetime.now(timezone.utc)}
    if connection.execute(update(note_table).where(here).values(**values)).rowcount == 0:
        raise NoteInvalid(f"there is no note {number}", "list them with: motcua catalogue note list")
    move_version(connection)


def notes(
    connection: Connection, code: str, place: str, day: date, known_by: datetime | None = None
) -> tuple[Note, ...]:
    """Notes that hold on a day for a procedure: the province's, then those of the place, oldest first.

    `known_by` asks for those that were kept at that moment (UTC); without it, those kept now.
    """
    here = note_table.c.code.in_(("", code)) & note_table.c.place.in_(("", place))
    found = [note for note in _kept(connection, here, known_by) if within(note.valid_from, note.valid_until, day)]
    return tuple(sorted(found, key=lambda note: (note.place != "", note.id)))


def all_notes(connection: Connection) -> tuple[Note, ...]:
    """Every note that has not been withdrawn."""
    return tuple(_kept(connection, note_table.c.id > 0, None))


def notes_of(connection: Connection, code: str) -> tuple[Note, ...]:
    """Every note on a procedure, or on all of them, that has not been withdrawn: of all places and days."""
    return tuple(_kept(connection, note_table.c.code.in_(("", code)), None))


def set_office(engine: Engine, facts: OfficeFacts) -> None:
    """Keeps what the province tells of an office, in place of what it told before. Raises NoteInvalid."""
    with engine.begin() as connection:
        put_office(connection, facts)


def put_office(connection: Connection, facts: OfficeFacts) -> None:
    """The same in the caller's transaction. Raises NoteInvalid."""
    _check_office(facts)
    here = (office_table.c.kind == facts.kind.value) & (office_table.c.place == facts.place)
    connection.execute(delete(office_table).where(here))
    words = {name: clean(getattr(facts, name)) for name in ("name", "address", "telephone", "hours", "source")}
    kind, noted_at = facts.kind.value, facts.noted_at or datetime.now(timezone.utc)
    connection.execute(insert(office_table).values(**{**asdict(facts), **words, "kind": kind, "noted_at": noted_at}))
    move_version(connection)


def drop_office(connection: Connection, kind: OfficeKind, place: str) -> None:
    """Nothing is told of the office any more."""
    here = (office_table.c.kind == kind.value) & (office_table.c.place == place)
    connection.execute(delete(office_table).where(here))
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


def _kept(connection: Connection, here: Any, known_by: datetime | None) -> list[Note]:
    rows = connection.execute(select(note_table).where(here).order_by(note_table.c.id)).all()
    return [_note(row) for row in rows if _was_kept(row, known_by)]


def _was_kept(row: Any, moment: datetime | None) -> bool:
    known = moment is None or utc(row.noted_at) < moment
    withdrawn = row.withdrawn_at is not None and (moment is None or utc(row.withdrawn_at) < moment)
    return known and not withdrawn


def _note(row: Any) -> Note:
    told = {name: value for name, value in row._mapping.items() if name != "withdrawn_at"}
    told["channel"] = Channel(row.channel) if row.channel else None
    return replace(Note(**told), noted_at=utc(row.noted_at))


def _office(row: Any) -> OfficeFacts:
    return OfficeFacts(**{**row._mapping, "kind": OfficeKind(row.kind), "noted_at": utc(row.noted_at)})


def _check(connection: Connection, note: Note) -> None:
    if note.about not in ABOUT:
        raise NoteInvalid(f'"{note.about}" is no aspect', meant(note.about, ABOUT))
    if not any(char.isalpha() for char in note.text):
        what = "a bare figure" if note.text.strip() else "no text"
        raise NoteInvalid(f'"{note.text}" is {what}', "say it as people will read it, and what it is for")
    _check_amount(note)
    _check_code(connection, note.code)
    _check_place(note.place)
    _check_names({"author": note.author, "source": note.source})
    _check_days(note)


def _check_amount(note: Note) -> None:
    if note.amount is None:
        return
    if note.about != "fee":
        raise NoteInvalid(f"a note about {note.about} has an amount", "leave the amount to notes about the fee")
    if not 0 <= note.amount <= _HIGHEST:
        raise NoteInvalid(f"{note.amount} is no amount of VND", "write it as 8000")


def _check_code(connection: Connection, code: str) -> None:
    known = connection.execute(select(entry.c.code).distinct()).scalars().all()
    if code and code not in known:
        close = get_close_matches(code, known, n=1)
        look = "look it up with: motcua catalogue search"
        raise NoteInvalid(f"{code} is not in the catalogue", f"did you mean {close[0]}? Else {look}" if close else look)


def _check_place(place: str) -> None:
    if place and places().by_code(place) is None:
        known = [known.code for known in places()]
        close = get_close_matches(place, known, n=1)
        meant = f"such as {close[0]}" if close else f"such as {known[0]}"
        raise NoteInvalid(f'"{place}" is no commune of the province', f"give its five digits, {meant}")


def _check_names(names: Mapping[str, str]) -> None:
    for key, name in names.items():
        if not name.strip():
            raise NoteInvalid(f"the {key} is missing", "citizens and colleagues must be able to ask back")
        if len(name) > _LONGEST_NAME:
            raise NoteInvalid(f"the {key} is longer than {_LONGEST_NAME} letters", "shorten it")


def _check_days(note: Note) -> None:
    for day in filter(None, (note.valid_from, note.valid_until)):
        if not _is_day(day):
            raise NoteInvalid(f'"{day}" is no day', "write it as 2026-07-01")
    if note.valid_from and note.valid_until and note.valid_until < note.valid_from:
        raise NoteInvalid(f"{note.valid_until} is before {note.valid_from}", "change the two round")


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _check_office(facts: OfficeFacts) -> None:
    _check_place(facts.place)
    _check_names({"source": facts.source})
    if facts.kind in OF_COMMUNE and not facts.place:
        raise NoteInvalid(f"every commune has its own {facts.kind.value}", "say which with --place")
    if facts.kind not in OF_COMMUNE and facts.place:
        raise NoteInvalid(f"a {facts.kind.value} serves more than one commune", "leave the place out")
    if not (facts.address or facts.telephone or facts.hours):
        raise NoteInvalid("nothing is told of the office", "give its address, its telephone or its hours")
