"""The schema: brought up to date by one command, and checked before anything runs."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Engine

from bot.errors import SchemaOutdated

_MIGRATIONS = Path(__file__).parents[1] / "migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config


def wanted() -> str:
    """Revision this program is written for."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def found(engine: Engine) -> str | None:
    """Revision of the database; None where no migration has run."""
    with engine.connect() as connection:
        revision: str | None = MigrationContext.configure(connection).get_current_revision()
        return revision


def migrate(engine: Engine) -> None:
    """Brings the database to this program's schema; does nothing if it is there."""
    config = _config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def check(engine: Engine) -> None:
    """Raises SchemaOutdated, with the command to run, unless the schema is this program's."""
    revision = found(engine)
    if revision != wanted():
        raise SchemaOutdated(revision, wanted())
