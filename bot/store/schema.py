"""The schema: brought up to date by one command, and checked before anything runs.

For the length of an upgrade a program of before may run over a schema of later, if what came only adds to it: each such
migration says `additive = True`, and the database says how old a program may be. So: expand (a migration that adds),
migrate (processes are replaced one after another), contract (in a later program, a migration that takes away).
"""

from __future__ import annotations

from pathlib import Path

import structlog
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import delete, insert, inspect, select
from sqlalchemy.engine import Connection, Engine

from bot.errors import SchemaOutdated
from bot.store.console_tables import site_version

log = structlog.get_logger()

_MIGRATIONS = Path(__file__).parents[1] / "migrations"
#: What site_version calls the oldest revision whose program may run over the schema.
_FLOOR = "schema_floor"


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
    with engine.begin() as connection:
        go(connection, "head")


def go(connection: Connection, revision: str) -> None:
    """To one revision, in the caller's transaction; back to an older one where `revision` is one."""
    config = _config()
    config.attributes["connection"] = connection
    older = revision != "head" and revision < str(MigrationContext.configure(connection).get_current_revision() or "")
    (command.downgrade if older else command.upgrade)(config, revision)
    _tell_floor(connection)


def check(engine: Engine) -> None:
    """Raises SchemaOutdated, with the command to run, unless this program may run over the schema."""
    revision = found(engine)
    if not fits(engine):
        raise SchemaOutdated(revision, wanted())
    if revision != wanted():
        log.warning("schema_ahead", found=revision, wanted=wanted())


def fits(engine: Engine) -> bool:
    """Whether the schema is this program's, or one of later that only adds to it."""
    revision, mine = found(engine), wanted()
    return revision == mine or (revision is not None and revision > mine and _floor(engine) <= int(mine))


def floor_of(revision: str) -> str:
    """The oldest revision whose program may run over this one."""
    script = ScriptDirectory.from_config(_config()).get_revision(revision)
    additive = getattr(script.module, "additive", False)
    return floor_of(str(script.down_revision)) if additive else revision


def _floor(engine: Engine) -> float:
    with engine.connect() as connection:
        told = connection.execute(select(site_version.c.number).where(site_version.c.name == _FLOOR)).scalar()
    return float("inf") if told is None else int(told)


def _tell_floor(connection: Connection) -> None:
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None or not inspect(connection).has_table(site_version.name):
        return
    connection.execute(delete(site_version).where(site_version.c.name == _FLOOR))
    connection.execute(insert(site_version).values(name=_FLOOR, number=int(floor_of(revision))))
