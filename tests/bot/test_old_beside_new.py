"""A program beside its successor for the length of an upgrade: over a schema that only adds to its own."""

from __future__ import annotations

from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import delete, inspect, select, text, update
from sqlalchemy.engine import Engine

from bot.conversation import Inbound
from bot.errors import SchemaOutdated
from bot.post.inbox import Inbox
from bot.post.wake import Wake
from bot.store import schema
from bot.store.console_tables import site_version
from bot.store.tables import outbox
from bot.turn import Turns
from tests.bot.post.kit import column
from tests.doubles import EchoResponder

SCRIPTS = ScriptDirectory.from_config(schema._config())
ADDITIVE = [one.revision for one in SCRIPTS.walk_revisions() if getattr(one.module, "additive", False)]


def upgrade_to_later(database: Engine, floor: str | None) -> None:
    """As the migration of a program that this one does not know leaves the database."""
    with database.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(text("CREATE TABLE later_thing (id INTEGER PRIMARY KEY)"))
        for table in ("inbox", "outbox", "conversation", "message", "turn"):
            connection.execute(text(f"ALTER TABLE {table} ADD COLUMN later_thing VARCHAR(9) NOT NULL DEFAULT 'x'"))
        mine = site_version.c.name == schema._FLOOR
        if floor is None:
            connection.execute(delete(site_version).where(mine))
        else:
            connection.execute(update(site_version).where(mine).values(number=int(floor)))


def test_given_a_later_schema_that_adds_when_a_program_of_before_runs_then_it_answers_over_it(database: Engine) -> None:
    inbox = Inbox(database, Wake())
    inbox.receive(Inbound("memory", "a", "before", "before"))
    upgrade_to_later(database, schema.wanted())
    schema.check(database)
    inbox.receive(Inbound("memory", "a", "after", "after"))
    turns = Turns(database, EchoResponder(), Wake())
    for _ in range(2):
        claimed = inbox.claim()
        assert claimed is not None and turns.take(claimed)
    assert column(database, outbox, "status") == ["queued", "queued"]


@pytest.mark.parametrize("floor", ["9999", None])
def test_given_a_later_schema_that_takes_away_when_a_program_of_before_starts_then_it_is_refused(
    database: Engine, floor: str | None
) -> None:
    upgrade_to_later(database, floor)
    with pytest.raises(SchemaOutdated):
        schema.check(database)


def test_given_an_older_schema_when_checked_then_it_is_refused_however_old_a_program_may_be(database: Engine) -> None:
    with database.begin() as connection:
        schema.go(connection, "0016")
    with pytest.raises(SchemaOutdated):
        schema.check(database)


def test_given_a_migrated_database_when_asked_then_it_says_how_old_a_program_may_be(database: Engine) -> None:
    with database.connect() as connection:
        told = connection.execute(select(site_version.c.number).where(site_version.c.name == schema._FLOOR)).scalar()
    assert told == int(schema.floor_of(schema.wanted()))
    assert schema.floor_of("0017") == schema.floor_of("0016") == "0016"


def shape(database: Engine) -> dict[tuple[str, str], dict[str, Any]]:
    looked = inspect(database)
    return {(name, one["name"]): one for name in looked.get_table_names() for one in looked.get_columns(name)}


@pytest.mark.parametrize("revision", ADDITIVE)
def test_given_a_migration_that_says_it_adds_when_run_then_nothing_is_gone_and_old_rows_can_still_be_written(
    database: Engine, revision: str
) -> None:
    with database.begin() as connection:
        schema.go(connection, str(SCRIPTS.get_revision(revision).down_revision))
    before = shape(database)
    with database.begin() as connection:
        schema.go(connection, "head" if revision == schema.wanted() else revision)
    after = shape(database)
    known = {table for table, _ in before}
    assert {where: str(one["type"]) for where, one in before.items()}.items() <= {
        where: str(one["type"]) for where, one in after.items()
    }.items()
    assert all(one["nullable"] == after[where]["nullable"] for where, one in before.items())
    added = [one for (table, name), one in after.items() if table in known and (table, name) not in before]
    assert all(one["nullable"] or one["default"] for one in added), added
