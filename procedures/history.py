"""What the catalogue told before: documents that later ones took the place of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from procedures import codec
from procedures.layers import Layer, origins, overlay
from procedures.model import Origin, Procedure
from procedures.tables import catalogue_entry as entry
from procedures.tables import catalogue_past as past
from procedures.validity import Standing, end_of, standing, utc


@dataclass(frozen=True)
class Told:
    """What a citizen would have been told of a procedure at the end of a day."""

    day: date
    procedure: Procedure
    standing: Standing
    #: By field of the procedure.
    origins: Mapping[str, Origin]


def keep(connection: Connection, row: Any, until: datetime) -> None:
    """Keeps a row of catalogue_entry that is about to be overwritten; `until` is the moment (UTC) it ends."""
    copied = {name: getattr(row, name) for name in ("code", "layer", "document", "source")}
    connection.execute(insert(past).values(**copied, told_from=utc(row.changed_at), told_until=until))


def as_of(connection: Connection, code: str, day: date) -> Told | None:
    """A procedure as it was told at the end of a day in Vietnam; None where the catalogue did not know it yet."""
    layers = layers_at(connection, code, end_of(day))
    if not layers:
        return None
    procedure = overlay({name: layer.procedure for name, layer in layers.items()})
    return Told(day, procedure, standing(procedure, day), origins(layers))


def layers_at(connection: Connection, code: str, end: datetime) -> dict[str, Layer]:
    """The layers that stood right before a moment, UTC."""
    old = connection.execute(select(past).where(past.c.code == code)).all()
    stood = [row for row in old if utc(row.told_from) < end <= utc(row.told_until)]
    now = connection.execute(select(entry).where(entry.c.code == code)).all()
    stood += [row for row in now if utc(row.changed_at) < end]
    return {row.layer: Layer(codec.from_json(row.document), row.source) for row in stood}


def moments(connection: Connection, code: str) -> list[datetime]:
    """The moments, UTC, at which a procedure began to be told otherwise, the latest first."""
    old = connection.execute(select(past.c.told_from, past.c.told_until).where(past.c.code == code)).all()
    now = connection.execute(select(entry.c.changed_at).where(entry.c.code == code)).scalars()
    return sorted({utc(moment) for row in (*old, *((moment,) for moment in now)) for moment in row}, reverse=True)
