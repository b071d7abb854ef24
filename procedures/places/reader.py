"""The file of places, read strictly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from procedures.importers.seed_shape import SeedNode
from procedures.importers.seed_yaml import load

_CODE = re.compile(r"\d{5}")


class UnitKind(str, Enum):
    """What a unit is called before its name; towns (thị trấn) ended in July 2025."""

    WARD = "ward"
    COMMUNE = "commune"
    TOWN = "town"


@dataclass(frozen=True)
class OldUnit:
    """A unit of before July 2025, with the district or city it lay in then."""

    kind: UnitKind
    name: str
    district: str
    #: Other spellings in use.
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """A commune or ward of today."""

    #: Five digits of the statistics office, such as "01273".
    code: str
    kind: UnitKind
    name: str
    #: The district or city its seat lay in until July 2025.
    district: str
    old: tuple[OldUnit, ...]


@dataclass(frozen=True)
class Region:
    """All places of a province, and the districts that ended before 2025 with the later one each became part of."""

    places: tuple[Place, ...]
    older_districts: Mapping[str, str]


def read_places(path: Path) -> Region:
    """Reads the file. Raises SeedInvalid, with the line, for a mistake: above all a place that is there twice."""
    node = SeedNode(path, load(path))
    node.only("older_districts", "places")
    found: dict[str, Place] = {}
    owners: dict[tuple[UnitKind, str, str], str] = {}
    for index, part in enumerate(node.nodes("places", needed=True)):
        place = _place(part)
        if place.code in found:
            node.fail(f"places[{index}]", f"{place.code} is {found[place.code].name} already", "give each its own code")
        found[place.code] = place
        for number, old in enumerate(place.old):
            owner = owners.setdefault((old.kind, old.name, old.district), place.name)
            if owner != place.name or place.old.index(old) != number:
                reason = f"{old.name} ({old.district}) went to {owner} already"
                part.fail(f"from[{number}]", reason, "leave one out, or name the other district")
    older = {one.text("name", needed=True): one.text("part_of", needed=True) for one in node.nodes("older_districts")}
    return Region(tuple(found.values()), older)


def _place(node: SeedNode) -> Place:
    node.only("code", "kind", "name", "district", "from")
    code = node.text("code", needed=True)
    if not _CODE.fullmatch(code):
        node.fail("code", f'"{code}" is no code of a place', 'write it as "01273"')
    return Place(
        code,
        _kind(node),
        node.text("name", needed=True),
        node.text("district", needed=True),
        tuple(_old(part) for part in node.nodes("from", needed=True)),
    )


def _old(node: SeedNode) -> OldUnit:
    node.only("kind", "name", "district", "also")
    return OldUnit(_kind(node), node.text("name", needed=True), node.text("district", needed=True), node.texts("also"))


def _kind(node: SeedNode) -> UnitKind:
    return node.choice("kind", UnitKind, needed=True) or UnitKind.COMMUNE
