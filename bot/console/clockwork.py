"""Edits that are let out by the clock, on the day from which they hold."""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy.engine import Engine

from bot import logs
from bot.console import edits
from bot.errors import DeskError, EditMoved

log = structlog.get_logger()


def let_out(database: Engine, at: datetime) -> int:
    """Publishes what is due, each in a transaction of its own; how many. What cannot be goes back to its author."""
    with database.execution_options(motcua_read=True).connect() as connection:
        waiting = edits.due(connection, at)
        for id_ in waiting:
            edits.warm(connection, id_)
    return sum(_let_out(database, id_, at) for id_ in waiting)


def _let_out(database: Engine, id_: int, at: datetime) -> bool:
    try:
        with database.begin() as connection:
            edits.publish(connection, id_, None, at)
    except EditMoved:
        # Another process was faster, or somebody has just taken it back.
        return False
    except DeskError as error:
        _stop(database, id_, error)
        return False
    except Exception as error:
        log.error("edit_not_published", edit=id_, error=type(error).__name__, where=logs.where(error))
        return False
    log.info("edit_published", edit=id_)
    return True


def _stop(database: Engine, id_: int, error: DeskError) -> None:
    log.warning("edit_stopped", edit=id_, why=error.key)
    try:
        with database.begin() as connection:
            edits.stopped(connection, id_, error)
    except EditMoved:
        return
