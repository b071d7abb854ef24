"""Offices that have a desk here: what they are called, when they are open, and what they promise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, exists, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from bot.conversation.hours import Calendar, Special
from bot.errors import StaffInvalid
from bot.handover import week
from bot.handover.kinds import Status
from bot.handover.week import Week
from bot.post.clock import now
from bot.store.desk_tables import handover, special_day, staff
from bot.store.desk_tables import office as office_table
from bot.words import words
from procedures.model import OfficeKind
from procedures.offices import OF_COMMUNE
from procedures.places import places

#: The provincial centre, which answers wherever no other office does. It never ends.
CENTRE = 1
#: Kinds of which there are many in every commune: a desk of theirs needs a name of its own.
NAMELESS = frozenset({OfficeKind.NOTARY, OfficeKind.SCHOOL, OfficeKind.ISSUER})
#: Kinds that serve the whole province, so they have no place.
OF_PROVINCE = frozenset({OfficeKind.PROVINCE_CENTRE, OfficeKind.PROVINCE_POLICE, OfficeKind.EMPLOYMENT_CENTRE})
#: Longest name in characters; most and least working minutes that may be promised.
LONGEST_NAME = 160
LEAST_PROMISE, MOST_PROMISE = 5, 10 * 480


@dataclass(frozen=True)
class Office:
    """A one-stop shop with a desk."""

    id: int
    kind: OfficeKind
    #: Five digits of a commune; empty for an office of the province.
    place: str
    #: In Vietnamese: its own, else what its kind and place are called.
    name: str
    #: Working minutes within which a citizen hears from a person.
    promise: int
    calendar: Calendar

    def called(self, language: str = "vi") -> str:
        """Its name in a language; a name of its own is that in all of them."""
        usual = self.kind in NAMELESS or self.name != usual_name(self.kind, self.place)
        return self.name if usual else usual_name(self.kind, self.place, language)


def of(connection: Connection, id_: int) -> Office:
    """One by its id, also one that has ended. Raises StaffInvalid where there is none."""
    row = connection.execute(select(office_table).where(office_table.c.id == id_)).first()
    if row is None:
        raise StaffInvalid("There is no such office. See: motcua office list", "office")
    return _office(row, special_days(connection))


def centre(connection: Connection) -> Office:
    """The provincial centre."""
    return of(connection, CENTRE)


def every(connection: Connection) -> tuple[Office, ...]:
    """All that have not ended, the centre first, then by name."""
    rows = connection.execute(select(office_table).where(office_table.c.ended_at.is_(None))).all()
    days = special_days(connection)
    return tuple(sorted((_office(row, days) for row in rows), key=lambda one: (one.id != CENTRE, one.name, one.id)))


def find(connection: Connection, kind: OfficeKind, place: str) -> Office | None:
    """The office of a kind that serves a commune: its own, else the one of the province. None where there is neither.

    Every commune has its own centre, police and military command: none of these answers for another commune.
    """
    for where in (place,) if kind in OF_COMMUNE else (place, ""):
        same = and_(office_table.c.kind == kind.value, office_table.c.place == where)
        row = connection.execute(select(office_table).where(same, office_table.c.ended_at.is_(None))).first()
        if row is not None:
            return _office(row, special_days(connection))
    return None


def special_days(connection: Connection) -> Mapping[date, Special]:
    """Days on which no office keeps its week."""
    rows = connection.execute(select(special_day.c.day, special_day.c.open, special_day.c.name))
    return {date.fromisoformat(row.day): Special(bool(row.open), row.name) for row in rows}


def usual_name(kind: OfficeKind, place: str = "", language: str = "vi") -> str:
    """What the office of a kind and place is called where it has no name of its own. Raises KeyError for NAMELESS."""
    here = places().by_code(place) if place else None
    if here is None:
        # Also of a commune that the list does not know: rather its number than the name of another office.
        return words().say(f"office.{kind.value}" + (".of" if place else ""), language, place=place)
    unit = words().say(f"office.unit.{here.kind.value}", language, name=here.name)
    return words().say(f"office.{kind.value}.of", language, place=unit)


def add(connection: Connection, kind: OfficeKind, place: str, hours: Week, *, name: str = "", promise: int = 60) -> int:
    """A desk for an office; one that has ended begins anew. Returns its id. Raises StaffInvalid."""
    _fits(kind, place, name)
    values = {"name": _named(name), "hours": week.dump(hours), "promise": _promised(promise), "ended_at": None}
    same = and_(office_table.c.kind == kind.value, office_table.c.place == place)
    again = update(office_table).where(same, office_table.c.ended_at.is_not(None)).values(**values)
    if connection.execute(again).rowcount:
        return int(connection.execute(select(office_table.c.id).where(same)).scalar_one())
    try:
        with connection.begin_nested():
            made = connection.execute(insert(office_table).values(kind=kind.value, place=place, **values))
    except IntegrityError as error:
        raise StaffInvalid(f"There is a {kind.value} of {place or 'the province'} already", "office_there") from error
    return int(made.inserted_primary_key[0])


def change(
    connection: Connection,
    id_: int,
    *,
    name: str | None = None,
    hours: Week | None = None,
    promise: int | None = None,
) -> None:
    """Other hours, another promise or name; what is None stays. Raises StaffInvalid where there is no such office."""
    office = of(connection, id_)
    values: dict[str, Any] = {}
    if name is not None:
        _fits(office.kind, office.place, name)
        values["name"] = _named(name)
    if hours is not None:
        values["hours"] = week.dump(hours)
    if promise is not None:
        values["promise"] = _promised(promise)
    _write(connection, id_, **values)


def end(connection: Connection, id_: int) -> None:
    """It has no desk any more. Raises StaffInvalid while somebody works or waits there, and for the centre."""
    if id_ == CENTRE:
        raise StaffInvalid("The provincial centre answers wherever no other office does. It stays", "centre_stays")
    works = exists().where(staff.c.office_id == id_, staff.c.ended_at.is_(None))
    waits = exists().where(handover.c.office_id == id_, handover.c.status != Status.CLOSED.value)
    if connection.execute(select(works)).scalar():
        raise StaffInvalid("Somebody works there. Move them first: motcua staff change --office", "office_works")
    if connection.execute(select(waits)).scalar():
        raise StaffInvalid("There are open cases. Close them or pass them on first", "office_waits")
    _write(connection, id_, ended_at=now())


def _office(row: Any, days: Mapping[date, Special]) -> Office:
    kind = OfficeKind(row.kind)
    name = row.name or usual_name(kind, row.place)
    return Office(row.id, kind, row.place, name, row.promise, Calendar(week.load(row.hours), days))


def _write(connection: Connection, id_: int, **values: Any) -> None:
    mine = and_(office_table.c.id == id_, office_table.c.ended_at.is_(None))
    if values and not connection.execute(update(office_table).where(mine).values(**values)).rowcount:
        raise StaffInvalid("There is no such office, or it has ended. See: motcua office list", "office")


def _fits(kind: OfficeKind, place: str, name: str) -> None:
    if kind in OF_COMMUNE and not place:
        raise StaffInvalid(f"Every commune has its own {kind.value}: say which with --place", "place_needed")
    if kind in OF_PROVINCE and place:
        raise StaffInvalid(f"A {kind.value} serves the whole province: leave the place out", "place_unneeded")
    if place and places().by_code(place) is None:
        raise StaffInvalid(f'"{place}" is no commune of the province: give its five digits', "place")
    if kind in NAMELESS and not name.strip():
        raise StaffInvalid(f"There are many of {kind.value}: give its name with --name", "name_needed")


def _named(name: str) -> str:
    plain = " ".join(name.split())
    if len(plain) > LONGEST_NAME or not plain.isprintable():
        raise StaffInvalid(f"A name has at most {LONGEST_NAME} characters", "office_name")
    return plain


def _promised(minutes: int) -> int:
    if not LEAST_PROMISE <= minutes <= MOST_PROMISE:
        raise StaffInvalid(f"A promise is {LEAST_PROMISE} to {MOST_PROMISE} working minutes", "promise")
    return minutes
