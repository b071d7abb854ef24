"""The catalogue in the database: take in rows, give back documents."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection, Engine

from procedures import codec
from procedures.importers import Accepted, Refused, Row, Skipped
from procedures.layers import LAYERS, overlay
from procedures.model import Procedure
from procedures.search import Document
from procedures.search import document as facts
from procedures.tables import catalogue_entry as entry
from procedures.tables import catalogue_version as version


@dataclass
class Report:
    """What an import did, by code; refused and skipped rows come with line and reason."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


def take_in(engine: Engine, rows: Iterable[Row]) -> Report:
    """Stores all rows in one transaction: dying or failing half-way leaves the old catalogue.

    Raises what the reader of the rows raises (ImportRefused, SeedInvalid).
    """
    report = Report()
    with engine.begin() as connection:
        known = _digests(connection)
        for row in rows:
            _take_row(connection, known, row, report)
        if report.created or report.changed:
            _move_version(connection)
    return report


def _take_row(connection: Connection, known: dict[tuple[str, str], str], row: Row, report: Report) -> None:
    if isinstance(row, Refused):
        report.refused.append(row)
    elif isinstance(row, Skipped):
        report.skipped.append(row)
    else:
        _put(connection, known, row, report)


def _put(connection: Connection, known: dict[tuple[str, str], str], row: Accepted, report: Report) -> None:
    key = (row.procedure.code, row.layer)
    document = codec.to_json(row.procedure)
    digest = hashlib.sha256(document.encode()).hexdigest()
    if known.get(key) == digest:
        report.unchanged.append(key[0])
        return
    values = _values(row, document, digest)
    if key in known:
        here = (entry.c.code == key[0]) & (entry.c.layer == key[1])
        connection.execute(update(entry).where(here).values(**values))
        report.changed.append(key[0])
    else:
        connection.execute(insert(entry).values(**values))
        report.created.append(key[0])
    known[key] = digest


def _values(row: Accepted, document: str, digest: str) -> dict[str, Any]:
    procedure = row.procedure
    return {
        "code": procedure.code,
        "layer": row.layer,
        "title": procedure.title,
        "facts": facts.to_json(facts.document(procedure)),
        "plain": procedure.plain,
        "document": document,
        "digest": digest,
        "changed_at": datetime.now(timezone.utc),
    }


def _digests(connection: Connection) -> dict[tuple[str, str], str]:
    rows = connection.execute(select(entry.c.code, entry.c.layer, entry.c.digest))
    return {(row.code, row.layer): row.digest for row in rows}


def _move_version(connection: Connection) -> None:
    moved = connection.execute(update(version).values(number=version.c.number + 1))
    if moved.rowcount == 0:
        connection.execute(insert(version).values(id=1, number=1))


def current_version(connection: Connection) -> int:
    """The catalogue's number; 0 while it is empty."""
    return connection.execute(select(version.c.number)).scalar() or 0


def documents(connection: Connection) -> list[Document]:
    """What the index needs of every procedure, its layers together."""
    found: dict[str, Document] = {}
    rows = connection.execute(select(entry.c.code, entry.c.layer, entry.c.facts, entry.c.document)).all()
    for row in sorted(rows, key=lambda row: LAYERS.index(row.layer), reverse=True):
        # Rows from before the column was there are looked at whole.
        told = facts.from_json(row.facts) if row.facts else facts.document(codec.from_json(row.document))
        found[row.code] = facts.together(found[row.code], told) if row.code in found else told
    return [found[code] for code in sorted(found)]


def load(connection: Connection, code: str) -> Procedure | None:
    """One procedure, its layers laid over one another, or None."""
    rows = connection.execute(select(entry.c.layer, entry.c.document).where(entry.c.code == code)).all()
    return overlay({row.layer: codec.from_json(row.document) for row in rows}) if rows else None
