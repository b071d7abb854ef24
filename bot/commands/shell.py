"""What is done at the shell stands in the audit like all else: by nobody of the staff, with the system's user."""

from __future__ import annotations

import getpass
from typing import Any

from sqlalchemy.engine import Connection, Engine

from bot import settings
from bot.audit.writing import note
from bot.store import schema
from procedures.database import connect, exists


def noted(connection: Connection, command: str, subject: str, **after: Any) -> None:
    """One line in the transaction of the deed: `command` such as "staff add"; no secret among `after`. Note last."""
    note(connection, None, f"shell: {command}", subject, after={**after, "user": user()})


def user() -> str:
    """Whoever is signed in to the machine; empty where it does not tell."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def done(database: Engine, command: str, subject: str, **after: Any) -> None:
    """The same where the deed has had a transaction of its own."""
    with database.begin() as connection:
        noted(connection, command, subject, **after)


def done_if_there(command: str, subject: str, **after: Any) -> None:
    """The same for what needs no database, where there may be none yet, or an older one."""
    url = settings.load().database_url
    if not exists(url):
        return
    database = connect(url)
    if schema.found(database) == schema.wanted():
        done(database, command, subject, **after)
