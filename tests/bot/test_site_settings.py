"""Settings that are no secret: defaults, what cannot be, the audit, and processes that follow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot import site_settings
from bot.errors import Refused
from bot.store.console_tables import audit_entry, site_version
from procedures.search import Hit, Verdict, decide, thresholds
from tests.bot.handover import kit


@pytest.fixture
def told() -> Iterator[None]:
    """Other tests rank as usual."""
    yield
    thresholds.told_by(None)


def put(database: Engine, reason: str = "", **values: Any) -> None:
    with database.begin() as connection:
        site_settings.put(connection, None, reason, **values)


def get(database: Engine, name: str) -> Any:
    with database.connect() as connection:
        return site_settings.get(connection, name)


def test_given_nothing_said_when_asked_then_the_programs_own_holds(database: Engine) -> None:
    with database.connect() as connection:
        assert site_settings.current(connection) == site_settings.DEFAULTS
    assert get(database, "two_people") is True
    with pytest.raises(AttributeError):
        get(database, "secret_key")


def test_given_a_change_when_read_then_it_holds_and_is_in_the_audit_once(database: Engine) -> None:
    with database.begin() as connection:
        staff_id = kit.person(connection, "an", role="admin")
        for _ in range(2):
            site_settings.put(connection, staff_id, " one  person ", two_people=False, keep_days=365)
        entries = connection.execute(select(audit_entry).order_by(audit_entry.c.id)).all()
        assert connection.execute(select(site_version.c.number).where(site_version.c.name == "settings")).scalar() == 1
    assert get(database, "two_people") is False
    assert get(database, "keep_days") == {"words": 365, "files": 365, "cases": 365}
    assert [(row.subject, row.before, row.after, row.reason) for row in entries] == [
        ("two_people", "true", "false", "one person"),
        ("keep_days", "{}", '{"words": 365, "files": 365, "cases": 365}', "one person"),
    ]


@pytest.mark.parametrize(
    "value",
    [
        {"keep_days": 29},
        {"keep_days": 9999},
        {"keep_days": {"guides": 0}},
        {"keep_days": {"unagreed": 0}},
        {"keep_days": {"unagreed": 90}},
        {"notice": -1},
        {"sure": 1.2},
        {"sure": float("nan")},
        {"offer": 0},
        {"near": -1},
        {"opening": {"vi": "a" * 601}},
    ],
)
def test_given_what_cannot_be_when_put_then_it_is_refused_and_nothing_changes(
    database: Engine, value: dict[str, Any]
) -> None:
    with pytest.raises(Refused):
        put(database, **value)
    name = next(iter(value))
    assert get(database, name) == getattr(site_settings.DEFAULTS, name)


def test_given_a_row_of_a_newer_program_when_read_then_it_does_no_harm(database: Engine) -> None:
    with database.begin() as connection:
        site_settings._write(connection, "from_tomorrow", 1, "", None)
        assert site_settings.current(connection) == site_settings.DEFAULTS


def test_given_a_threshold_moved_when_ranking_within_a_second_then_it_holds(
    database: Engine, told: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    hits = [Hit("1", 0.3, sure=False), Hit("2", 0.1, sure=False)]
    thresholds.told_by(site_settings.teller(database))
    assert len(decide(hits).hits) == 2
    put(database, near=0.5)
    assert len(decide(hits).hits) == 2
    monkeypatch.setattr(site_settings, "LOOK_EVERY", 0.0)
    assert len(decide(hits).hits) == 1
    put(database, offer=0.4)
    assert decide(hits).verdict is Verdict.NONE


def test_given_a_database_that_is_gone_when_ranking_then_what_was_known_holds(database: Engine, told: None) -> None:
    with database.begin() as connection:
        connection.exec_driver_sql("DROP TABLE site_setting")
    thresholds.told_by(site_settings.teller(database))
    assert decide([Hit("1", 0.3, sure=True)]).verdict is Verdict.ONE
