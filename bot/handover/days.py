"""Days of their own: what days.yml knows, those of the database, and what they are called in each language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from bot.errors import StaffInvalid
from bot.store.desk_tables import special_day
from procedures.importers.seed_shape import SeedNode
from procedures.importers.seed_yaml import load

_FILE = Path(__file__).with_name("days.yml")
_LANGUAGES = ("vi", "en", "zh")
#: Longest name and source, in characters.
LONGEST_NAME, LONGEST_SOURCE = 120, 200


@dataclass(frozen=True)
class Day:
    """A holiday, or a Saturday that is worked in exchange."""

    day: date
    #: Open all day like a Monday, or closed.
    open: bool
    #: In Vietnamese.
    name: str
    #: The law or the announcement.
    source: str


def name_in(name: str, language: str) -> str:
    """The name of a day in a language; as it is where nobody has translated it."""
    return _file()[1].get(name, {}).get(language, name)


def load_missing(connection: Connection) -> int:
    """Writes what days.yml knows and the database does not have. Returns how many days that were."""
    known = {day.day for day in every(connection)}
    new = [day for day in _file()[0] if day.day not in known]
    for day in new:
        _insert(connection, day)
    return len(new)


def every(connection: Connection) -> tuple[Day, ...]:
    """All days of their own, in order."""
    rows = connection.execute(select(special_day).order_by(special_day.c.day))
    return tuple(Day(date.fromisoformat(row.day), bool(row.open), row.name, row.source) for row in rows)


def put(connection: Connection, day: Day) -> None:
    """Sets a day, in place of what was told of it before. Raises StaffInvalid."""
    for text, what, most in ((day.name, "name", LONGEST_NAME), (day.source, "source", LONGEST_SOURCE)):
        if not 1 <= len(text.strip()) <= most or not text.isprintable():
            raise StaffInvalid(f"The {what} of a day has 1 to {most} characters", "day_words")
    connection.execute(delete(special_day).where(special_day.c.day == day.day.isoformat()))
    _insert(connection, day)


def remove(connection: Connection, day: date) -> None:
    """The day is like any other again. Raises StaffInvalid where it was."""
    if not connection.execute(delete(special_day).where(special_day.c.day == day.isoformat())).rowcount:
        raise StaffInvalid(f"{day} is a day like any other. See: motcua office days", "day_gone")


def _insert(connection: Connection, day: Day) -> None:
    values = {"day": day.day.isoformat(), "open": day.open, "name": day.name.strip(), "source": day.source.strip()}
    connection.execute(insert(special_day).values(**values))


@lru_cache(maxsize=1)
def _file() -> tuple[Sequence[Day], Mapping[str, Mapping[str, str]]]:
    return read(_FILE)


def read(path: Path) -> tuple[Sequence[Day], Mapping[str, Mapping[str, str]]]:
    """The days of a file, and their names by language. Raises SeedInvalid, with the line, for a mistake."""
    node = SeedNode(path, load(path))
    node.only("names", "years")
    names = {}
    for part in node.nodes("names", needed=True):
        part.only(*_LANGUAGES)
        names[part.text("vi", needed=True)] = {one: part.text(one, needed=True) for one in _LANGUAGES}
    return [day for year in node.nodes("years", needed=True) for day in _year(year, names)], names


def _year(node: SeedNode, names: Mapping[str, object]) -> list[Day]:
    node.only("source", "announced", "days")
    source = node.text("source", needed=True)
    found: list[Day] = []
    for part in node.nodes("days", needed=True):
        part.only("day", "name", "open")
        name = part.text("name", needed=True)
        if name not in names:
            part.fail("name", f'"{name}" is not among the names', "write it there in all languages")
        found.append(Day(_date(part), part.data.get("open") is True, name, source))
    return found


def _date(node: SeedNode) -> date:
    text = node.text("day", needed=True)
    try:
        return date.fromisoformat(text)
    except ValueError:
        node.fail("day", f'"{text}" is no day', "write it as 2026-02-17")
