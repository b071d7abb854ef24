"""The schema and its migrations."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, text
from sqlalchemy.engine import Engine

from bot.errors import SchemaOutdated
from bot.store import schema
from bot.store.channel_tables import metadata as bot
from bot.store.desk_tables import handover, office
from bot.store.tables import message
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


def test_given_conversations_of_before_the_desk_when_migrated_then_their_cases_wait_at_the_provincial_centre(
    database: Engine,
) -> None:
    with database.begin() as connection:
        schema.go(connection, "0007")
        for row in (
            "conversation (id, channel, address, created_at) VALUES (7, 'web', 'a', '2026-11-01 01:00:00')",
            "message (id, conversation_id, author, text, created_at) VALUES (9, 7, 'bot', 'Dạ', '2026-11-01 01:00:00')",
            "handover (id, conversation_id, reason, created_at) VALUES (3, 7, 'asked', '2026-11-01 01:00:00')",
        ):
            connection.execute(text(f"INSERT INTO {row}"))
    schema.migrate(database)
    with database.connect() as connection:
        case = connection.execute(select(handover)).one()
        where = connection.execute(select(office.c.kind).where(office.c.id == case.office_id)).scalar()
        assert connection.execute(select(message.c.text)).scalar() == "Dạ"
    assert (case.id, case.status, where, case.waits_since) == (3, "waiting", "province_centre", case.created_at)
