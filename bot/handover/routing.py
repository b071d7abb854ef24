"""Which office a case goes to: by a rule, by what it is about, by the citizen's commune; else the provincial centre.

An office without staff is passed over, and one with somebody who speaks the citizen's language goes before one without.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy.engine import Connection

from bot.accounts import people
from bot.accounts.people import Person
from bot.alerts.alerts import speaks
from bot.handover import offices, rules
from bot.handover.offices import Office
from bot.handover.rules import RuleKind
from procedures import store
from procedures.model import OfficeKind
from procedures.offices import offices as kinds_of

Staff = Mapping[int, Sequence[Person]]


def office_for(
    connection: Connection, *, place: str = "", code: str = "", intent: str = "", language: str = "vi"
) -> Office:
    """The office that answers. `place` is five digits of a commune, `code` that of a procedure; each may be empty."""
    works = _staff(connection)
    found = tuple(_candidates(connection, place, _kinds(connection, code, intent)))
    staffed = [office for office in found if works.get(office.id)]
    speaking = [office for office in staffed if speakers(works[office.id], language)]
    return next(iter([*speaking, *staffed]), None) or offices.centre(connection)


def place_decides(
    connection: Connection, office: Office, *, code: str = "", intent: str = "", language: str = "vi"
) -> bool:
    """Whether knowing the commune could lead elsewhere than to this office, found without it."""
    works = _staff(connection)
    known = sorted({one.place for one in offices.every(connection) if one.place and works.get(one.id)})
    about = {"code": code, "intent": intent, "language": language}
    return any(office_for(connection, place=place, **about).id != office.id for place in known)


def speakers(staff: Sequence[Person], language: str) -> tuple[Person, ...]:
    """Who of them speaks what the bot calls a citizen's language."""
    return tuple(person for person in staff if speaks(person, language))


def _staff(connection: Connection) -> Staff:
    found: defaultdict[int, list[Person]] = defaultdict(list)
    for person in people.every(connection):
        found[person.office_id].append(person)
    return found


def _kinds(connection: Connection, code: str, intent: str) -> tuple[OfficeKind, ...]:
    """Kinds of office in the order in which they are tried."""
    rule = rules.fitting(connection, (RuleKind.ROUTE,), code, intent)
    ruled = (rule.office_kind,) if rule and rule.office_kind else ()
    procedure = store.load(connection, code) if code else None
    topic = kinds_of(procedure) if procedure else ()
    return tuple(dict.fromkeys((*ruled, *topic, OfficeKind.COMMUNE_CENTRE)))


def _candidates(connection: Connection, place: str, kinds: Sequence[OfficeKind]) -> Iterator[Office]:
    for kind in kinds:
        office = offices.find(connection, kind, place)
        if office is not None:
            yield office
    yield offices.centre(connection)
