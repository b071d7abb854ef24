"""Names that pages tell again and again, kept for some seconds: offices, colleagues, procedures."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TypeVar

from sqlalchemy.engine import Connection, Engine

from bot.accounts import people
from bot.accounts.people import Person, Role
from bot.handover import offices
from bot.handover.offices import Office
from procedures import store
from procedures.languages import in_language
from procedures.model import OfficeKind

T = TypeVar("T")
#: Seconds that a name may be out of date.
_GOOD_FOR = 10.0
#: Procedures whose names are kept.
_MOST = 500


class Directory:
    """Names by id or code."""

    def __init__(self, reading: Engine) -> None:
        self._reading = reading
        self._kept: dict[str, tuple[float, object]] = {}
        self._titles: dict[tuple[str, str], tuple[float, str]] = {}

    def offices(self) -> Mapping[int, Office]:
        """All offices that have a desk, by id."""
        return self._fresh("offices", lambda connection: {one.id: one for one in offices.every(connection)})

    def people(self) -> Mapping[int, Person]:
        """All who can sign in, by id."""
        return self._fresh("people", lambda connection: {one.id: one for one in people.every(connection)})

    def office_name(self, office_id: int) -> str:
        """Of one that is ended too, as far as it is known."""
        office = self.offices().get(office_id)
        return office.name if office else ""

    def name(self, staff_id: int | None) -> str:
        """A colleague's; empty for nobody, and for somebody who has left."""
        person = self.people().get(staff_id or 0)
        return person.name if person else ""

    def title(self, code: str, language: str = "vi") -> str:
        """What a procedure is called; its code where the catalogue does not know it."""
        kept, title = self._titles.get((code, language), (0.0, ""))
        if time.monotonic() - kept > _GOOD_FOR:
            with self._reading.connect() as connection:
                procedure = store.load(connection, code) if code else None
            title = in_language(procedure, language).title if procedure else code
            if len(self._titles) > _MOST:
                self._titles.clear()
            self._titles[code, language] = time.monotonic(), title
        return title

    def sees_all(self, person: Person) -> bool:
        """Admins, and staff of the provincial centre, see the cases of every office; others those of their own."""
        office = self.offices().get(person.office_id)
        return person.role.may(Role.ADMIN) or (office is not None and office.kind is OfficeKind.PROVINCE_CENTRE)

    def _fresh(self, name: str, read: Callable[[Connection], T]) -> T:
        kept, value = self._kept.get(name, (0.0, None))
        if value is None or time.monotonic() - kept > _GOOD_FOR:
            with self._reading.connect() as connection:
                value = read(connection)
            self._kept[name] = time.monotonic(), value
        return value  # type: ignore[return-value]
