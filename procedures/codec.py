"""A procedure as JSON and back."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from procedures.model import (
    Case,
    Channel,
    Departure,
    Fee,
    Level,
    Matter,
    OfficeKind,
    Paper,
    Procedure,
    TimeUnit,
    Translation,
    Way,
)

_TUPLES = (
    "audience",
    "aliases",
    "asked",
    "steps",
    "conditions",
    "results",
    "forms",
    "legal",
    "related",
    "who",
    "returns",
    "replaced_by",
    "edited",
)


def to_json(procedure: Procedure) -> str:
    """JSON with sorted keys: equal procedures give equal text."""
    data = asdict(procedure)
    if not procedure.edited:
        # Digests of what was stored before there were edits stay true.
        del data["edited"]
    return json.dumps(data, ensure_ascii=False, sort_keys=True)


def from_json(document: str) -> Procedure:
    """The procedure that `to_json` wrote."""
    data: dict[str, Any] = json.loads(document)
    # Rows written before a field was known lack it.
    data.update({key: tuple(data.get(key, ())) for key in _TUPLES})
    data["levels"] = tuple(Level(level) for level in data["levels"])
    data["ways"] = tuple(_way(way) for way in data["ways"])
    data["cases"] = tuple(_case(case) for case in data["cases"])
    data["offices"] = tuple(OfficeKind(kind) for kind in data.get("offices", ()))
    data["translations"] = tuple(_translation(translation) for translation in data.get("translations", ()))
    data["departures"] = tuple(_departure(departure) for departure in data.get("departures", ()))
    return Procedure(**data)


def _way(data: dict[str, Any]) -> Way:
    unit = data["time_unit"]
    fees = tuple(Fee(**fee) for fee in data["fees"])
    return Way(
        **{
            **data,
            "channel": Channel(data["channel"]),
            "time_unit": TimeUnit(unit) if unit else None,
            "fees": fees,
        }
    )


def _case(data: dict[str, Any]) -> Case:
    papers = tuple(Paper(**paper) for paper in data["papers"])
    return Case(data["name"], papers, tuple(data["notes"]), tuple(data.get("without", ())))


def _departure(data: dict[str, Any]) -> Departure:
    return Departure(Matter(data["what"]), data["record"], data["why"])


def _translation(data: dict[str, Any]) -> Translation:
    texts = tuple((source, said) for source, said in data["texts"])
    return Translation(data["language"], tuple(data["aliases"]), texts)
