"""Signs of life of parts that run in the background, in whichever process they do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from bot.post.clock import now
from bot.store.watch_tables import sign_of_life
from procedures.validity import utc

#: The keeper has looked; the audit was verified; the disk was full.
KEEPER, AUDIT, DISK = "keeper", "audit", "disk"


@dataclass(frozen=True)
class Sign:
    """When something was done last, UTC, and what came of it."""

    at: datetime
    data: Mapping[str, Any]


def give(database: Engine, name: str, **data: Any) -> None:
    """Says that something was done now."""
    values = {"at": now(), "data": json.dumps(data)}
    mine = update(sign_of_life).where(sign_of_life.c.name == name).values(values)
    try:
        with database.begin() as connection:
            if not connection.execute(mine).rowcount:
                connection.execute(insert(sign_of_life).values(name=name, **values))
    except IntegrityError:
        # Another process said it for the first time at the same moment.
        return


def every(connection: Connection) -> dict[str, Sign]:
    """All of them by name."""
    rows = connection.execute(select(sign_of_life)).all()
    return {row.name: Sign(utc(row.at), json.loads(row.data)) for row in rows}
