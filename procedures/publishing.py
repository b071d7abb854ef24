"""The layer "edited" in the database: put, taken back, and what lies under it. All within the caller's transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, insert, select, update
from sqlalchemy.engine import Connection

from procedures import codec, history, store
from procedures.edited import layer_of
from procedures.layers import overlay
from procedures.model import Procedure
from procedures.tables import catalogue_entry as entry
from procedures.tables import catalogue_past as past
from procedures.validity import utc

EDITED = "edited"


def below(connection: Connection, code: str) -> Procedure | None:
    """What is told without any edit; None for a code nobody knows."""
    layers = {name: layer.procedure for name, layer in store.layers(connection, code).items() if name != EDITED}
    return overlay(layers) if layers else None


def put(connection: Connection, document: Procedure, source: str, at: datetime) -> datetime:
    """Tells `document` from now on; the moment it holds from, which is `at` or the next one free.

    Raises ReplacementCycle where a circle of successors would close.
    """
    under = below(connection, document.code)
    layer = layer_of(under, document) if under else None
    return _put(connection, document.code, layer, source, at)


def restore(connection: Connection, code: str, moment: datetime, at: datetime) -> None:
    """Tells again the edit that ended at `moment`, as `put` gave it; none at all where none ended then."""
    ended = and_(past.c.code == code, past.c.layer == EDITED, past.c.told_until == moment)
    row = connection.execute(select(past).where(ended)).first()
    layer = codec.from_json(row.document) if row else None
    _put(connection, code, layer, row.source if row else "", at)


def _put(connection: Connection, code: str, layer: Procedure | None, source: str, at: datetime) -> datetime:
    # The number first: its row is the lock behind which all who publish stand in line.
    store.move_version(connection)
    here = and_(entry.c.code == code, entry.c.layer == EDITED)
    old = connection.execute(select(entry).where(here)).first()
    if old is not None:
        # Two at one moment could not be told apart afterwards.
        at = max(at, utc(old.changed_at) + timedelta(microseconds=1))
        history.keep(connection, old, at)
    _write(connection, here, old is not None, layer, {"source": source, "changed_at": at})
    if layer and "replaced_by" in layer.edited:
        store.refuse_cycles(connection, source)
    return at


def _write(connection: Connection, here: Any, there: bool, layer: Procedure | None, told: dict[str, Any]) -> None:
    if layer is None:
        connection.execute(delete(entry).where(here))
        return
    values = {**store.values_of(layer, codec.to_json(layer)), **told}
    if there:
        connection.execute(update(entry).where(here).values(**values))
    else:
        connection.execute(insert(entry).values(code=layer.code, layer=EDITED, **values))
