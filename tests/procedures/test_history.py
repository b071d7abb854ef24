"""What a citizen would have been told on another day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timezone

from sqlalchemy.engine import Engine

from procedures.history import Told, as_of
from procedures.importers import Accepted
from procedures.model import Procedure
from procedures.store import take_in
from procedures.validity import Standing

OLD = Procedure("1.001193", "Cũ", "Cũ", data_date="2026-05")
NEW = replace(OLD, title="Mới", data_date="2026-06")
PLAIN = Procedure("1.001193", "Dễ hiểu", "", plain=True)


def take(database: Engine, procedure: Procedure, at: datetime, layer: str = "record") -> None:
    take_in(database, [Accepted(1, layer, procedure)], source=f"{at:%d.%m}", at=at)


def told(database: Engine, day: int, month: int = 6) -> Told | None:
    with database.connect() as connection:
        return as_of(connection, OLD.code, date(2026, month, day))


def title(database: Engine, day: int, month: int = 6) -> str:
    found = told(database, day, month)
    return found.procedure.title if found else ""


def test_given_a_change_when_asked_for_days_around_it_then_each_hears_its_own(database: Engine) -> None:
    take(database, OLD, datetime(2026, 6, 1, 3, tzinfo=timezone.utc))
    take(database, NEW, datetime(2026, 6, 10, 3, tzinfo=timezone.utc))
    assert [title(database, day) for day in (1, 9, 10, 11)] == ["Cũ", "Cũ", "Mới", "Mới"]
    assert told(database, 31, 5) is None


def test_given_changes_around_midnight_in_vietnam_when_asked_then_the_day_ends_there(database: Engine) -> None:
    take(database, OLD, datetime(2026, 6, 1, 16, 59, 59, tzinfo=timezone.utc))
    take(database, NEW, datetime(2026, 6, 2, 17, 0, tzinfo=timezone.utc))
    assert [title(database, day) for day in (1, 2, 3)] == ["Cũ", "Cũ", "Mới"]


def test_given_two_changes_in_one_day_when_asked_then_the_last_counts(database: Engine) -> None:
    for hour, procedure in enumerate((OLD, NEW, OLD)):
        take(database, procedure, datetime(2026, 6, 1, hour, tzinfo=timezone.utc))
    assert title(database, 1) == "Cũ"


def test_given_plain_words_that_came_later_when_asked_then_they_lie_over_the_record_from_then_on(
    database: Engine,
) -> None:
    take(database, OLD, datetime(2026, 6, 1, 3, tzinfo=timezone.utc))
    take(database, PLAIN, datetime(2026, 6, 5, 3, tzinfo=timezone.utc), "plain")
    take(database, NEW, datetime(2026, 6, 10, 3, tzinfo=timezone.utc))
    assert [title(database, day) for day in (4, 6, 12)] == ["Cũ", "Dễ hiểu", "Dễ hiểu"]
    then = told(database, 6)
    assert then is not None
    assert (then.origins["official_title"].source, then.origins["official_title"].date) == ("01.06", "2026-05")
    assert then.origins["title"].layer == "plain"


def test_given_a_code_that_is_gone_when_asked_then_it_was_current_until_its_last_day(database: Engine) -> None:
    take(database, OLD, datetime(2026, 6, 1, 3, tzinfo=timezone.utc))
    others = [Accepted(1, "record", replace(OLD, code="1.000656"))]
    take_in(database, others, complete=True, at=datetime(2026, 6, 10, 3, tzinfo=timezone.utc))
    found = [told(database, day) for day in (9, 10, 11)]
    standings = [then.standing for then in found if then]
    assert standings == [Standing.CURRENT, Standing.CURRENT, Standing.ENDED]


def test_given_a_code_nobody_knows_when_asked_then_nothing_is_told(database: Engine) -> None:
    assert told(database, 1) is None
