"""A service that asks nobody for consent, for tests that count what is said."""

from __future__ import annotations

import contextlib

from sqlalchemy import insert
from sqlalchemy.engine import Connection, Engine

from bot.post.clock import now
from bot.store.console_tables import site_setting


def hush(database: Engine | Connection) -> None:
    """From now on no notice is shown beside an answer; of a connection, in its transaction."""
    row = {"name": "notice", "value": "0", "changed_at": now()}
    with database.begin() if isinstance(database, Engine) else contextlib.nullcontext(database) as connection:
        connection.execute(insert(site_setting).values(**row))
