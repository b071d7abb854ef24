"""The database brought to this program: its schema, and what comes with the program."""

from __future__ import annotations

from sqlalchemy.engine import Engine

from bot.handover import days, starters
from bot.store import schema
from procedures.catalogue import SEEDS
from procedures.importers.seeds import read_seeds
from procedures.store import Report, take_in


def migrate(database: Engine) -> Report:
    """Schema, holidays, canned replies, procedures in plain words. What is there already stays."""
    schema.migrate(database)
    with database.begin() as connection:
        days.load_missing(connection)
        starters.load_missing(connection)
    return take_in(database, read_seeds(SEEDS), source="procedures/seed")
