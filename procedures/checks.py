"""What is wrong with the catalogue as it is: things a citizen would stumble over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.engine import Connection, Engine

from procedures import store
from procedures.model import Procedure
from procedures.tables import catalogue_entry as entry
from procedures.typed.fold import fold


@dataclass(frozen=True)
class Problem:
    """One thing to mend."""

    code: str
    text: str


def check_catalogue(engine: Engine) -> list[Problem]:
    """Problems of the plain-word procedures: what is missing, dangling, or claimed twice."""
    with engine.connect() as connection:
        codes = set(connection.execute(select(entry.c.code)).scalars())
        # Without the national records nobody can tell whether a related procedure exists.
        whole = connection.execute(select(entry.c.code).where(~entry.c.plain)).first() is not None
        problems = list(_shared_aliases(connection))
        plain = connection.execute(select(entry.c.code).where(entry.c.plain)).scalars().all()
        for procedure in filter(None, (store.load(connection, code) for code in sorted(plain))):
            problems += _gaps(procedure, codes if whole else None)
    return problems if codes else [Problem("", "The catalogue is empty. Run: motcua migrate")]


def _gaps(procedure: Procedure, codes: set[str] | None) -> Iterator[Problem]:
    needed = {
        "decision": procedure.decision,
        "date of the data": procedure.data_date,
        "papers": any(case.papers or case.notes for case in procedure.cases),
        "ways to file": procedure.ways,
        "office": procedure.where,
        "steps": procedure.steps,
        "result": procedure.results,
        "legal basis": procedure.legal,
    }
    yield from (Problem(procedure.code, f"has no {name}") for name, value in needed.items() if not value)
    for relation, named in (("is related to", procedure.related), ("is replaced by", procedure.replaced_by)):
        lost = (code for code in named if codes is not None and code not in codes)
        yield from (Problem(procedure.code, f"{relation} {code}, which is not in the catalogue") for code in lost)


def _shared_aliases(connection: Connection) -> Iterator[Problem]:
    """An alias that two procedures claim leads to a choice each time it is typed."""
    owners: defaultdict[str, list[str]] = defaultdict(list)
    for document in store.documents(connection):
        for name in {fold(name) for names in document.names.values() for name in names if document.everyday}:
            owners[name].append(document.code)
    for name, codes in sorted(owners.items()):
        if len(codes) > 1:
            yield Problem(codes[0], f"shares the name “{name}” with {', '.join(codes[1:])}")
