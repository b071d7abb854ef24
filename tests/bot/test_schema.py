"""The schema and its migrations."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.engine import Engine

from bot.errors import SchemaOutdated
from bot.store import schema
from bot.store.tables import metadata as bot
from procedures.database import connect
from procedures.tables import metadata as catalogue


def test_given_an_empty_database_when_checked_then_the_command_to_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(SchemaOutdated, match="motcua migrate"):
        schema.check(connect(f"sqlite:///{tmp_path / 'new.db'}"))


def test_given_a_migrated_database_when_compared_with_the_tables_then_nothing_differs(database: Engine) -> None:
    schema.check(database)
    with database.connect() as connection:
        options = {"include_name": lambda name, kind, _: not (kind == "table" and name == "sqlite_sequence")}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, [catalogue, bot]) == []


def test_given_a_migrated_database_when_migrated_again_then_nothing_happens(database: Engine) -> None:
    schema.migrate(database)
    assert schema.found(database) == schema.wanted()
