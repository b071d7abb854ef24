"""Layers: the same procedure as the portal's list, its record and our plain words tell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace

from procedures.model import Procedure

#: Bottom to top: what a higher layer tells hides what a lower one tells.
LAYERS = ("list", "record", "plain")

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
)


def overlay(layers: Mapping[str, Procedure]) -> Procedure:
    """One procedure out of its layers. `layers` holds at least one of LAYERS."""
    present = [layers[name] for name in LAYERS if name in layers]
    merged = present[0]
    for upper in present[1:]:
        merged = _over(merged, upper)
    return merged


def _over(lower: Procedure, upper: Procedure) -> Procedure:
    """Facts are never mixed within one field: a field comes whole from one layer."""
    names = _INHERITED if upper.plain else tuple(field.name for field in fields(upper))
    kept = {name: getattr(lower, name) for name in names if not getattr(upper, name)}
    if upper.plain:
        kept["official_title"] = lower.official_title
    return replace(upper, **kept)
