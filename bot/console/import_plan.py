"""Codes that end with an export: what hangs on each, and which procedure may stand in its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from bot.console.import_jobs import NEW, Found, Job
from bot.store.console_tables import procedure_edit
from bot.store.tables import guide
from procedures.importers.portal_codes import CODE
from procedures.tables import catalogue_entry, catalogue_note
from procedures.typed.fold import tokens

#: In the place of a field in a choice: which code stands in the place of one that ends.
SUCCESSOR = "*successor"
#: Candidates that are shown, and how alike a title must be (rapidfuzz, 0 to 100).
_MOST, _ALIKE = 4, 60
#: Edits that are not out yet.
_OPEN = ("draft", "in_review", "approved")


@dataclass(frozen=True)
class Candidate:
    """A procedure that may stand in another's place."""

    code: str
    title: str
    #: It comes with the same file.
    new: bool


@dataclass(frozen=True)
class Plan:
    """What to think of before a code ends."""

    found: Found
    #: The code that was chosen to stand in its place; empty for none.
    successor: str
    candidates: tuple[Candidate, ...]
    #: Somebody has written it in plain words.
    plain: bool
    #: Edits that are not out yet, local notes, guides that citizens have begun.
    edits: int
    notes: int
    guides: int


def plans(connection: Connection, job: Job, ending: Sequence[Found]) -> list[Plan]:
    """A plan for each of these, in their order."""
    codes = [one.code for one in ending]
    if not codes:
        return []
    names = _names(connection, job)
    titles = {code: _sorted(title) for code, (title, _) in names.items()}
    plain = set(connection.execute(_plain(codes)).scalars())
    edits = _counts(connection, procedure_edit.c.code, codes, procedure_edit.c.status.in_(_OPEN))
    notes = _counts(connection, catalogue_note.c.code, codes, catalogue_note.c.withdrawn_at.is_(None))
    guides = _counts(connection, guide.c.code, codes, guide.c.code != "")
    return [
        Plan(
            one,
            job.choices.get(f"{one.code} {SUCCESSOR}", ""),
            _alike(one, names, titles),
            one.code in plain,
            *(counts.get(one.code, 0) for counts in (edits, notes, guides)),
        )
        for one in ending
    ]


def fits(connection: Connection, job: Job, code: str, successor: str) -> bool:
    """Whether a code may stand in another's place: it is in the catalogue, or comes with the file; or none is named."""
    if not successor:
        return True
    if successor == code or not CODE.fullmatch(successor):
        return False
    known = select(catalogue_entry.c.code).where(catalogue_entry.c.code == successor)
    here = any(one.code == successor and NEW in one.fields for one in job.differences)
    return here or connection.execute(known.limit(1)).first() is not None


def _names(connection: Connection, job: Job) -> dict[str, tuple[str, bool]]:
    """Title by code of what goes on, and whether it comes with the file."""
    rows = connection.execute(select(catalogue_entry.c.code, catalogue_entry.c.title)).all()
    names = {row.code: (row.title, False) for row in rows}
    names |= {one.code: (one.title, True) for one in job.differences if NEW in one.fields}
    ending = {one.code for one in job.differences if one.ends}
    return {code: told for code, told in names.items() if code not in ending}


def _alike(one: Found, names: dict[str, tuple[str, bool]], titles: dict[str, str]) -> tuple[Candidate, ...]:
    found = process.extract(_sorted(one.title), titles, scorer=fuzz.ratio, limit=_MOST, score_cutoff=_ALIKE)
    return tuple(Candidate(code, *names[code]) for _, _, code in found)


@lru_cache(maxsize=1 << 14)
def _sorted(title: str) -> str:
    """Its words in one order: titles differ in theirs."""
    return " ".join(sorted(tokens(title)))


def _plain(codes: Iterable[str]) -> Any:
    mine = catalogue_entry.c.code.in_(tuple(codes))
    return select(catalogue_entry.c.code).where(mine, catalogue_entry.c.layer == "plain")


def _counts(connection: Connection, column: Any, codes: Sequence[str], condition: Any) -> dict[str, int]:
    counted = select(column, func.count()).where(column.in_(codes), condition).group_by(column)
    return {row[0]: row[1] for row in connection.execute(counted)}
