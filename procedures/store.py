"""The catalogue in the database: take in rows, give back documents."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from graphlib import CycleError, TopologicalSorter
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection, Engine

from procedures import codec, history
from procedures.errors import ImportRefused, ReplacementCycle, TooManyChanges
from procedures.importers import Accepted, Refused, Row, Skipped
from procedures.layers import LAYERS, Layer, overlay
from procedures.layers import origins as origins_of
from procedures.model import Origin, Procedure
from procedures.search import Document
from procedures.search import document as facts
from procedures.tables import catalogue_entry as entry
from procedures.tables import catalogue_version as version
from procedures.validity import day_of

#: A document that names a successor, in the JSON of procedures.codec.
_REPLACED = '%"replaced_by": ["%'
_LONGEST_SOURCE = 200


@dataclass
class Report:
    """What an import did, by code; refused and skipped rows come with line and reason."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    #: Ended, because a complete export no longer has them.
    removed: list[str] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


def take_in(
    engine: Engine,
    rows: Iterable[Row],
    *,
    source: str = "",
    complete: bool = False,
    most: float | None = None,
    at: datetime | None = None,
) -> Report:
    """Stores all rows in one transaction: dying or failing half-way leaves the old catalogue.

    `source` is the name of the file, or who told it. `complete` says that the rows are all there is: what a layer of
    theirs holds besides ends today. `most` is the share (0 to 1) of those layers that may change or end. `at` is the
    moment of the import, now where it is left out.

    Raises what the reader of the rows raises (ImportRefused, SeedInvalid), TooManyChanges, ReplacementCycle, and
    ImportRefused for a complete export with a row whose code cannot be read.
    """
    with engine.begin() as connection:
        return take_within(connection, rows, source=source, complete=complete, most=most, at=at)


def take_within(
    connection: Connection,
    rows: Iterable[Row],
    *,
    source: str = "",
    complete: bool = False,
    most: float | None = None,
    at: datetime | None = None,
) -> Report:
    """`take_in` in the caller's transaction, which has to fail where this raises."""
    intake = _Intake(connection, source[:_LONGEST_SOURCE], at or datetime.now(timezone.utc))
    for row in rows:
        intake.take(row)
    if complete:
        intake.end_others()
    intake.guard(most)
    report = intake.report
    if report.created or report.changed or report.removed:
        refuse_cycles(connection, source)
        move_version(connection)
    return report


class _Intake:
    """One import under way, within its transaction."""

    def __init__(self, connection: Connection, source: str, moment: datetime) -> None:
        self.report = Report()
        self._connection = connection
        self._source = source
        self._moment = moment
        self._known = digests(connection)
        self._held = [layer for _, layer in self._known]
        #: Codes that the rows speak of, and the layers that they fill.
        self._met: set[str] = set()
        self._layers: set[str] = set()

    def take(self, row: Row) -> None:
        """One row of the file."""
        if isinstance(row, Refused):
            self.report.refused.append(row)
            self._met.add(row.code)
        elif isinstance(row, Skipped):
            self.report.skipped.append(row)
        else:
            self._met.add(row.procedure.code)
            self._layers.add(row.layer)
            self._put(row)

    def end_others(self) -> None:
        """Ends what the layers of the file hold and the file does not speak of."""
        refuse_nameless(self.report.refused)
        for code, layer in missing(self._known, self._layers, self._met):
            row = self._row(code, layer)
            ended = end(codec.from_json(row.document), self._source, self._moment)
            if ended:
                # All but its end is still what the earlier source told.
                self._replace(row, ended, codec.to_json(ended), row.source)
                self.report.removed.append(code)

    def guard(self, most: float | None) -> None:
        """Raises TooManyChanges where more than the share `most` of what was there would be another."""
        held = sum(layer in self._layers for layer in self._held)
        share = (len(self.report.changed) + len(self.report.removed)) / held if held else 0.0
        if most is not None and share > most:
            raise TooManyChanges(self.report, share)

    def _put(self, row: Accepted) -> None:
        code, layer, procedure = row.procedure.code, row.layer, row.procedure
        document = codec.to_json(procedure)
        if (code, layer) not in self._known:
            first = {"code": code, "layer": layer, "source": self._source, "changed_at": self._moment}
            self._connection.execute(insert(entry).values(**first, **values_of(procedure, document)))
            self.report.created.append(code)
        elif self._known[code, layer] == _digest(document) or self._same(code, layer, procedure, document):
            self.report.unchanged.append(code)
        else:
            self._replace(self._row(code, layer), procedure, document, self._source)
            self.report.changed.append(code)
        self._known[code, layer] = _digest(document)

    def _same(self, code: str, layer: str, procedure: Procedure, document: str) -> bool:
        """Whether only the program has learned new fields since: then the row is written anew, and nothing changed."""
        same = codec.from_json(self._row(code, layer).document) == procedure
        if same:
            values = values_of(procedure, document)
            self._connection.execute(update(entry).where(_here(code, layer)).values(**values))
        return same

    def _replace(self, row: Any, procedure: Procedure, document: str, source: str) -> None:
        history.keep(self._connection, row, self._moment)
        values = {**values_of(procedure, document), "source": source, "changed_at": self._moment}
        self._connection.execute(update(entry).where(_here(row.code, row.layer)).values(**values))

    def _row(self, code: str, layer: str) -> Any:
        return self._connection.execute(select(entry).where(_here(code, layer))).one()


def missing(known: Iterable[tuple[str, str]], layers: set[str], met: set[str]) -> list[tuple[str, str]]:
    """Of the known (code, layer), those of these layers that a complete export does not speak of."""
    return sorted(key for key in known if key[1] in layers and key[0] not in met)


def refuse_nameless(refused: Iterable[Refused]) -> None:
    """Raises ImportRefused where a row has no readable code: nobody could say then what a complete export lacks."""
    nameless = next((row for row in refused if not row.code), None)
    if nameless:
        advice = "mend it, or import without --complete"
        raise ImportRefused(
            nameless.line, f"a complete export needs the code of every row ({nameless.reason}): {advice}"
        )


def end(procedure: Procedure, source: str, moment: datetime) -> Procedure | None:
    """The procedure with its last day on that of the moment, told by `source`; None where it ended by then."""
    today = day_of(moment).isoformat()
    if procedure.valid_until and procedure.valid_until <= today:
        return None
    return replace(procedure, valid_until=today, changed_by=procedure.changed_by or source)


def move_version(connection: Connection) -> None:
    """Tells open catalogues to load anew."""
    moved = connection.execute(update(version).values(number=version.c.number + 1))
    if moved.rowcount == 0:
        connection.execute(insert(version).values(id=1, number=1))


def current_version(connection: Connection) -> int:
    """The catalogue's number; 0 while it is empty."""
    return connection.execute(select(version.c.number)).scalar() or 0


def documents(connection: Connection, codes: Collection[str] | None = None) -> list[Document]:
    """What the index needs of every procedure, or of those of these codes, its layers together."""
    found: dict[str, Document] = {}
    wanted = select(entry.c.code, entry.c.layer, entry.c.facts, entry.c.document)
    rows = connection.execute(wanted if codes is None else wanted.where(entry.c.code.in_(codes))).all()
    edited = {row.code for row in rows if row.layer == "edited"}
    for row in sorted(rows, key=lambda row: LAYERS.index(row.layer), reverse=True):
        if row.code in edited:
            continue
        # Rows from before the column was there are looked at whole.
        told = facts.from_json(row.facts) if row.facts else facts.document(codec.from_json(row.document))
        found[row.code] = facts.together(found[row.code], told) if row.code in found else told
    # What an edit takes away must not be found through the layers below it.
    whole: dict[str, dict[str, Procedure]] = {code: {} for code in edited}
    for row in (row for row in rows if row.code in edited):
        whole[row.code][row.layer] = codec.from_json(row.document)
    found.update({code: facts.layered(layers) for code, layers in whole.items()})
    return [found[code] for code in sorted(found)]


def load(connection: Connection, code: str) -> Procedure | None:
    """One procedure, its layers laid over one another, or None."""
    found = layers(connection, code)
    return overlay({name: layer.procedure for name, layer in found.items()}) if found else None


def origins(connection: Connection, code: str) -> dict[str, Origin]:
    """Layer, source and date of each field of a procedure; empty for a code nobody knows."""
    found = layers(connection, code)
    return origins_of(found) if found else {}


def layers(connection: Connection, code: str) -> dict[str, Layer]:
    """What each layer tells of a code, by the layer's name."""
    rows = connection.execute(select(entry.c.layer, entry.c.document, entry.c.source).where(entry.c.code == code))
    return {row.layer: Layer(codec.from_json(row.document), row.source) for row in rows}


def told_by(connection: Connection, layer: str) -> Iterator[Procedure]:
    """Every procedure as one layer tells it, by code."""
    rows = connection.execute(select(entry.c.document).where(entry.c.layer == layer).order_by(entry.c.code))
    yield from (codec.from_json(row.document) for row in rows)


def digests(connection: Connection) -> dict[tuple[str, str], str]:
    """Digest of every document by (code, layer)."""
    rows = connection.execute(select(entry.c.code, entry.c.layer, entry.c.digest))
    return {(row.code, row.layer): row.digest for row in rows}


def _digest(document: str) -> str:
    return hashlib.sha256(document.encode()).hexdigest()


def values_of(procedure: Procedure, document: str) -> dict[str, Any]:
    """The columns that a row of the catalogue keeps of a document, the JSON of a procedure."""
    return {
        "title": procedure.title,
        "facts": facts.to_json(facts.document(procedure)),
        "plain": procedure.plain,
        "document": document,
        "digest": _digest(document),
    }


def _here(code: str, layer: str) -> Any:
    return (entry.c.code == code) & (entry.c.layer == layer)


def refuse_cycles(connection: Connection, source: str) -> None:
    """Raises ReplacementCycle, naming `source`."""
    rows = connection.execute(select(entry.c.document).where(entry.c.document.like(_REPLACED)))
    graph: dict[str, set[str]] = {}
    for procedure in (codec.from_json(row.document) for row in rows):
        graph.setdefault(procedure.code, set()).update(procedure.replaced_by)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        # The sorter reads "replaced by" as "comes after", so its circle runs backwards.
        raise ReplacementCycle(source, error.args[1][::-1]) from None
