"""What every message is judged by is read once a second."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import Connection, Engine

from bot import site_settings
from bot.handover import rules
from bot.handover.rules import Rule, RuleKind
from bot.post.recent import GOOD_FOR, Recent
from procedures.database import connect


class Read:
    """Counts how often it is read."""

    def __init__(self) -> None:
        self.times, self.at = 0, 0.0

    def __call__(self, connection: Connection) -> tuple[int]:
        self.times += 1
        return (self.times,)

    def clock(self) -> float:
        return self.at


@pytest.fixture
def read() -> Read:
    return Read()


def test_given_something_read_when_asked_within_a_second_then_it_is_not_read_again(
    database: Engine, read: Read
) -> None:
    recent = Recent(read, read.clock)
    with database.connect() as connection:
        assert [recent.of(connection), recent.of(connection)] == [(1,), (1,)]
        read.at = GOOD_FOR
        assert recent.of(connection) == (2,)


def test_given_a_reading_connection_when_asked_then_it_shares_what_another_of_the_database_has_read(
    database: Engine, read: Read
) -> None:
    recent = Recent(read, read.clock)
    with database.connect() as one, database.execution_options(motcua_read=True).connect() as other:
        assert recent.of(one) == recent.of(other) == (1,)


def test_given_something_that_is_about_to_change_when_asked_then_it_is_read_again(database: Engine, read: Read) -> None:
    recent = Recent(read, read.clock)
    with database.connect() as connection:
        recent.of(connection)
        recent.forget(connection)
        assert recent.of(connection) == (2,)


def test_given_two_databases_when_asked_then_each_has_its_own(database: Engine, tmp_path: Path, read: Read) -> None:
    recent, other = Recent(read, read.clock), connect(f"sqlite:///{tmp_path / 'other.db'}")
    with database.connect() as here, other.connect() as there:
        assert (recent.of(here), recent.of(there), recent.of(here)) == ((1,), (2,), (1,))
    other.dispose()


def test_given_a_setting_when_this_process_changes_it_then_the_next_message_obeys(database: Engine) -> None:
    with database.begin() as connection:
        assert site_settings.lately(connection).notice == 1
    with database.begin() as connection:
        site_settings.put(connection, None, notice=2)
    with database.begin() as connection:
        assert site_settings.lately(connection).notice == 2


def test_given_a_rule_when_it_is_added_and_ended_then_the_next_message_obeys(database: Engine) -> None:
    def found() -> bool:
        with database.begin() as connection:
            return rules.fitting(connection, (RuleKind.PERSON,), "", "ask_fee") is not None

    assert not found()
    with database.begin() as connection:
        number = rules.add(connection, Rule(RuleKind.PERSON, "why", "who", intent="ask_fee"))
    assert found()
    with database.begin() as connection:
        rules.end(connection, number)
    assert not found()
