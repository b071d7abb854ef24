"""Which office takes a dossier, for a procedure and the place somebody lives in."""

from __future__ import annotations

from procedures.importers.phrases import LAND_FIELD, POLICE_FIELD
from procedures.model import Level, OfficeKind, Procedure

#: Kinds of which every commune has its own; the others serve the province or an area of it.
OF_COMMUNE = frozenset({OfficeKind.COMMUNE_CENTRE, OfficeKind.COMMUNE_POLICE, OfficeKind.COMMUNE_MILITARY})


def offices(procedure: Procedure) -> tuple[OfficeKind, ...]:
    """The kinds of office whose counter takes it: as plain words say, else by level and field; empty if unknown."""
    if procedure.offices:
        return procedure.offices
    kinds = (_kind(level, procedure.field) for level in procedure.levels)
    return tuple(dict.fromkeys(kind for kind in kinds if kind))


def _kind(level: Level, field: str) -> OfficeKind | None:
    if level is Level.COMMUNE:
        return OfficeKind.COMMUNE_POLICE if POLICE_FIELD.search(field) else OfficeKind.COMMUNE_CENTRE
    if level is Level.PROVINCE:
        if POLICE_FIELD.search(field):
            return OfficeKind.PROVINCE_POLICE
        return OfficeKind.LAND_OFFICE if LAND_FIELD.search(field) else OfficeKind.PROVINCE_CENTRE
    return None
