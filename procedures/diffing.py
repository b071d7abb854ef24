"""What a new export would change, and which plain words and translations that makes stale."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from enum import Enum

from sqlalchemy.engine import Connection

from procedures import store
from procedures.compare import Change, changes, field_of, told
from procedures.importers import Accepted, Refused, Row
from procedures.languages import LANGUAGES, texts, translated
from procedures.layers import overlay
from procedures.model import Procedure

#: Fields that every procedure has: a seed's own title is its own words, and tells nothing of the record's.
_OWN = frozenset({"title", "official_title"})


class Kind(str, Enum):
    """What an import would do to one document."""

    CREATED = "created"
    CHANGED = "changed"
    #: A complete export no longer has it: its document would end.
    REMOVED = "removed"


@dataclass(frozen=True)
class Difference:
    """One document of the catalogue and what the export makes of it."""

    kind: Kind
    code: str
    layer: str
    title: str
    changes: tuple[Change, ...] = ()
    #: Paths of the plain words over it that tell the same matter, and may now be wrong.
    stale_seed: tuple[str, ...] = ()
    #: The same of an edit of the console.
    stale_edit: tuple[str, ...] = ()
    #: Vietnamese texts by language whose translation is to be looked at again.
    stale_translations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Diff:
    """An export against the catalogue."""

    differences: tuple[Difference, ...]
    unchanged: int
    refused: tuple[Refused, ...]


def diff(connection: Connection, rows: Iterable[Row], *, source: str = "", complete: bool = False) -> Diff:
    """Compares the rows of an export with the layers they would go to, changing nothing.

    Raises what the reader raises, and ImportRefused as store.take_in does for a `complete` export.
    """
    known, met, filled = store.digests(connection), set[str](), set[str]()
    found, refused, unchanged = list[Difference](), list[Refused](), 0
    for row in rows:
        met.add(row.procedure.code if isinstance(row, Accepted) else row.code if isinstance(row, Refused) else "")
        if isinstance(row, Refused):
            refused.append(row)
        elif isinstance(row, Accepted):
            filled.add(row.layer)
            difference = _of_row(connection, row, (row.procedure.code, row.layer) in known)
            found += [difference] if difference else []
            unchanged += difference is None
    if complete:
        store.refuse_nameless(refused)
        found += _gone(connection, store.missing(known, filled, met), source)
    return Diff(tuple(found), unchanged, tuple(refused))


def _of_row(connection: Connection, row: Accepted, known: bool) -> Difference | None:
    procedure = row.procedure
    if not known:
        return Difference(Kind.CREATED, procedure.code, row.layer, procedure.title)
    layers = {name: layer.procedure for name, layer in store.layers(connection, procedure.code).items()}
    return _changed(Kind.CHANGED, layers, row.layer, procedure)


def _gone(connection: Connection, keys: Iterable[tuple[str, str]], source: str) -> list[Difference]:
    found, now = [], datetime.now(timezone.utc)
    for code, name in keys:
        layers = {other: layer.procedure for other, layer in store.layers(connection, code).items()}
        ended = store.end(layers[name], source, now)
        difference = ended and _changed(Kind.REMOVED, layers, name, ended)
        found += [difference] if difference else []
    return found


def _changed(kind: Kind, layers: Mapping[str, Procedure], layer: str, new: Procedure) -> Difference | None:
    found = changes(layers[layer], new)
    if not found:
        return None
    merged, plain = overlay({**layers, layer: new}), layers.get("plain")
    stale = stale_seed(plain, found) if plain and layer != "plain" else ()
    lost = {name: _stale_translations(overlay(layers), merged, stale, name) for name in LANGUAGES}
    lost = {name: lines for name, lines in lost.items() if lines}
    edited = layers["edited"].edited if "edited" in layers else ()
    told_over = tuple(change.path for change in found if change.field in edited)
    return Difference(kind, new.code, layer, merged.title, tuple(found), stale, told_over, lost)


def stale_seed(seed: Procedure, found: Iterable[Change]) -> tuple[str, ...]:
    """Paths of a seed that tell what has changed: the very path where the seed has it, else its whole field."""
    own = told(seed)
    fields = {field_of(path) for path in own} - _OWN
    paths = (change.path if change.path in own else change.field for change in found if change.field in fields)
    return tuple(dict.fromkeys(paths))


def _stale_translations(old: Procedure, new: Procedure, stale: Iterable[str], language: str) -> tuple[str, ...]:
    """Translated texts that are gone from the procedure, or that translate plain words which may now be wrong."""
    doubted = {field_of(path) for path in stale}
    # Every such field is a text or a tuple, so its type makes an empty one.
    blank = replace(new, **{name: type(getattr(new, name))() for name in doubted})
    kept, said = set(texts(blank)), translated(old, language)
    return tuple(text for text in dict.fromkeys((*texts(old), *texts(new))) if text in said and text not in kept)
