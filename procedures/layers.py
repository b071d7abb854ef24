"""Layers: the same procedure as the portal's list, its record and our plain words tell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from procedures.edited import over
from procedures.model import Origin, Procedure

#: Bottom to top: what a higher layer tells hides what a lower one tells.
LAYERS = ("list", "record", "plain", "edited")

#: Plain words may leave these to the record below them.
_INHERITED = (
    "official_title",
    "field",
    "levels",
    "audience",
    "url",
    "legal",
    "forms",
    "conditions",
    "results",
    "where",
    "related",
    "valid_from",
    "valid_until",
    "replaced_by",
    "changed_by",
)
#: Fields that no citizen is shown, and that have no origin to tell.
_UNSHOWN = frozenset({"code", "plain", "asked", "departures", "edited"})
_FIELDS = tuple(field.name for field in fields(Procedure) if field.name not in _UNSHOWN)


@dataclass(frozen=True)
class Layer:
    """One layer's telling of a procedure, and where it was read."""

    procedure: Procedure
    #: File name, or who told it; empty if unknown.
    source: str = ""


def overlay(layers: Mapping[str, Procedure]) -> Procedure:
    """One procedure out of its layers. `layers` holds at least one of LAYERS."""
    present = [layers[name] for name in LAYERS if name in layers]
    merged = present[0]
    for upper in present[1:]:
        merged = _over(merged, upper)
    return replace(merged, edited=())


def origins(layers: Mapping[str, Layer]) -> dict[str, Origin]:
    """Where each field comes from that `overlay` fills, by field. `layers` holds at least one of LAYERS."""
    names = [name for name in LAYERS if name in layers]
    merged, owners = layers[names[0]].procedure, dict.fromkeys(_FIELDS, names[0])
    for name in names[1:]:
        upper = layers[name].procedure
        kept = _from_below(upper)
        owners = {field: owners[field] if field in kept else name for field in _FIELDS}
        merged = _over(merged, upper)
    return {field: _origin(owner, layers[owner]) for field, owner in owners.items() if getattr(merged, field)}


def _over(lower: Procedure, upper: Procedure) -> Procedure:
    told = {name: getattr(lower, name) for name in _from_below(upper)}
    if "translations" in upper.edited:
        told["translations"] = over(lower.translations, upper.translations)
    return replace(upper, **told)


def _origin(name: str, layer: Layer) -> Origin:
    return Origin(name, layer.source, layer.procedure.data_date)


def _from_below(upper: Procedure) -> set[str]:
    """Fields that stay as the layer below tells them. Facts are never mixed within a field: it comes whole."""
    if upper.edited:
        return {field.name for field in fields(upper)} - {*upper.edited, "edited"}
    names = _INHERITED if upper.plain else tuple(field.name for field in fields(upper))
    kept = {name for name in names if not getattr(upper, name)}
    # The official title is the record's to tell.
    return kept | {"official_title"} if upper.plain else kept
