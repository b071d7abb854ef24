"""When a procedure may be filed, and what follows it."""

from __future__ import annotations

from datetime import date, datetime, timezone

import pytest

from procedures.model import Procedure
from procedures.validity import Standing, day_of, end_of, standing, successors

DAY = date(2026, 7, 1)


def procedure(code: str = "1.000001", first: str = "", last: str = "", by: tuple[str, ...] = ()) -> Procedure:
    return Procedure(code, code, code, valid_from=first, valid_until=last, replaced_by=by)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("", "", Standing.CURRENT),
        ("2026-07-01", "2026-07-01", Standing.CURRENT),
        ("", "2026-06-30", Standing.ENDED),
        ("2026-07-02", "", Standing.NOT_YET),
        ("2026-01-01", "2026-12-31", Standing.CURRENT),
    ],
)
def test_given_first_and_last_days_when_judged_then_both_count(first: str, last: str, expected: Standing) -> None:
    assert standing(procedure(first=first, last=last), DAY) is expected


def found(*known: Procedure) -> list[str]:
    lookup = {one.code: one for one in known}
    return [one.code for one in successors(lookup.get, known[0], DAY)]


def test_given_a_successor_that_has_ended_too_when_followed_then_its_own_is_found() -> None:
    old = procedure("1.000001", last="2025-12-31", by=("1.000002",))
    between = procedure("1.000002", last="2026-06-30", by=("1.000003", "1.000004"))
    assert found(old, between, procedure("1.000003"), procedure("1.000004")) == ["1.000003", "1.000004"]


def test_given_a_circle_when_followed_then_it_ends() -> None:
    old = procedure("1.000001", last="2025-12-31", by=("1.000002",))
    assert found(old, procedure("1.000002", last="2026-06-30", by=("1.000001", "1.000002"))) == []


def test_given_successors_nobody_knows_or_not_yet_valid_when_followed_then_they_are_left_out() -> None:
    old = procedure("1.000001", last="2025-12-31", by=("9.999999", "1.000002", "1.000003"))
    assert found(old, procedure("1.000002", first="2027-01-01"), procedure("1.000003")) == ["1.000003"]


def test_given_moments_around_midnight_here_when_their_day_is_asked_then_greenwich_does_not_matter() -> None:
    assert day_of(datetime(2026, 6, 30, 16, 59, tzinfo=timezone.utc)) == date(2026, 6, 30)
    assert day_of(datetime(2026, 6, 30, 17, 0, tzinfo=timezone.utc)) == DAY
    assert end_of(DAY) == datetime(2026, 7, 1, 17, 0, tzinfo=timezone.utc)
