"""Canned replies that every office begins with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.handover import canned
from bot.store.desk_tables import canned_reply

FILE = Path(__file__).with_name("canned.yml")


def load_missing(connection: Connection) -> int:
    """Takes in those of canned.yml that were never there, changed and ended ones included. Returns how many."""
    everybody = canned_reply.c.office_id.is_(None)
    known = set(connection.execute(select(canned_reply.c.title).where(everybody)).scalars())
    new = [one for one in read(FILE) if one["title"] not in known]
    for one in new:
        canned.add(connection, title=one["title"], texts=one["texts"])
    return len(new)


def read(path: Path) -> Sequence[Mapping[str, Any]]:
    """Title and texts by language of each."""
    told: Sequence[Mapping[str, Any]] = yaml.safe_load(path.read_text("utf-8"))
    return told
