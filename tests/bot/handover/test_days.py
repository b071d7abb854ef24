"""days.yml: what it knows, and how it gets into the database."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from bot.handover import days, offices
from bot.handover.days import Day
from procedures.errors import SeedInvalid

FILE = Path(days.__file__).with_name("days.yml")
GOOD = FILE.read_text("utf-8")


def test_given_a_new_database_when_loaded_twice_then_every_day_is_there_once(database: Engine) -> None:
    with database.begin() as connection:
        first, second = days.load_missing(connection), days.load_missing(connection)
        assert (first, second) == (len(days.every(connection)), 0)
        assert first > 20


def test_given_a_day_set_by_hand_when_loaded_then_it_stays(database: Engine) -> None:
    own = Day(date(2027, 1, 1), True, "Trực", "lãnh đạo")
    with database.begin() as connection:
        days.put(connection, own)
        days.load_missing(connection)
        assert own in days.every(connection)


@pytest.mark.parametrize(
    ("day", "open_"),
    [
        *(((2026, 1, 2), False), ((2026, 1, 10), True), ((2026, 2, 16), False), ((2026, 2, 20), False)),
        *(((2026, 2, 23), True), ((2026, 4, 27), False), ((2026, 8, 22), True), ((2026, 8, 31), False)),
        *(((2026, 9, 2), False), ((2026, 9, 3), True), ((2027, 2, 8), False), ((2027, 4, 16), False)),
        ((2027, 5, 3), False),
    ],
)
def test_given_the_years_that_are_known_when_asked_then_the_centre_is_open_or_not(
    database: Engine, day: tuple[int, int, int], open_: bool
) -> None:
    with database.begin() as connection:
        days.load_missing(connection)
        assert bool(offices.centre(connection).calendar.periods(date(*day))) is open_


def test_given_days_of_the_file_when_named_then_each_has_its_name_in_each_language() -> None:
    found, names = days.read(FILE)
    assert {one.name for one in found} == set(names)
    assert (days.name_in("Tết Nguyên đán", "en"), days.name_in("Tết Nguyên đán", "vi")) == (
        "Lunar New Year",
        "Tết Nguyên đán",
    )
    assert days.name_in("Hội làng", "en") == "Hội làng"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("day: 2026-01-01", "day: 2026-13-01"),
        ("name: Tết Dương lịch}", "name: Tết dương}"),
        ("open: yes", "opened: yes"),
        (", zh: 元旦", ""),
    ],
)
def test_given_a_slip_in_the_file_when_read_then_it_is_refused_with_its_line(
    tmp_path: Path, right: str, wrong: str
) -> None:
    path = tmp_path / "days.yml"
    path.write_text(GOOD.replace(right, wrong, 1), "utf-8")
    with pytest.raises(SeedInvalid):
        days.read(path)
