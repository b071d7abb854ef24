"""Exports of the portal that were uploaded: what was found in each, and what somebody has decided of it.

reading → ready → taking → taken; refused with a reason; discarded. What is left for later can be taken afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from bot.console import audit
from bot.errors import Refused
from bot.post.clock import now
from bot.store.console_tables import import_job
from bot.store.desk_tables import staff
from procedures.diffing import Kind

#: What may be decided of a field; nothing is taken that nobody has accepted.
ACCEPT, KEEP, LATER, TAKEN = "accept", "keep", "later", "taken"
CHOICES = (ACCEPT, KEEP, LATER)
#: In the place of a field: the whole of a new procedure, and the end of one that the file no longer has.
NEW, ENDED = "*new", "*ended"
#: Jobs that are listed.
_LISTED = 30


@dataclass(frozen=True)
class Found:
    """One document that the file tells otherwise, as it is kept with the job."""

    kind: Kind
    code: str
    layer: str
    title: str
    #: Digest of the document as it was when the file was read; empty for a new one.
    base: str
    #: By field of Procedure: path, lines of before, lines of the file.
    fields: Mapping[str, tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]]
    #: Paths of plain words that may be wrong now; texts by language whose translation may be.
    stale: tuple[str, ...]
    translations: Mapping[str, tuple[str, ...]]

    @property
    def ends(self) -> bool:
        """It can no longer be filed: the file lacks it, or says so."""
        return self.kind is Kind.REMOVED or any(name in self.fields for name in ("valid_until", "replaced_by"))


@dataclass(frozen=True)
class Job:
    """An upload."""

    id: int
    #: What its owner calls it, and where it lies under the media folder.
    name: str
    file: str
    status: str
    percent: int
    #: Keys: complete, month, counts, refused; empty lists until it is read.
    about: Mapping[str, Any]
    differences: tuple[Found, ...]
    #: "code field" → one of CHOICES, or TAKEN; "code successor" → a code.
    choices: Mapping[str, str]
    error: str
    owner: str
    created_at: datetime
    finished_at: datetime | None

    @property
    def beside(self) -> str:
        """Where the documents lie that it would bring, under the media folder."""
        return f"{self.file}.new"

    def choice(self, code: str, field: str) -> str:
        """What is decided of a field; LATER where nobody has."""
        return self.choices.get(f"{code} {field}", LATER)

    def decided(self) -> dict[str, int]:
        """How many fields are accepted, kept, left for later, taken."""
        counts = dict.fromkeys((*CHOICES, TAKEN), 0)
        for one in self.differences:
            for field in one.fields:
                counts[self.choice(one.code, key(one, field))] += 1
        return counts


def key(found: Found, field: str) -> str:
    """Beside the code, what a choice is kept under: two layers of one code are decided apart."""
    return field if found.layer == "record" else f"{field}@{found.layer}"


def begin(connection: Connection, staff_id: int, name: str, file: str, *, complete: bool, month: str) -> int:
    """A file that is about to be read. Returns its id."""
    about = json.dumps({"complete": complete, "month": month})
    row = {"name": name, "file": file, "found": about, "staff_id": staff_id, "created_at": now()}
    made = int(connection.execute(insert(import_job).values(**row)).inserted_primary_key[0])
    audit.note(connection, staff_id, "import.uploaded", name, after={"id": made, "complete": complete})
    return made


def find(connection: Connection, job_id: int) -> Job | None:
    """One job with all that was found."""
    row = connection.execute(_jobs().where(import_job.c.id == job_id)).first()
    return _job(row) if row else None


def listed(connection: Connection) -> list[Any]:
    """The latest, newest first, without what was found in them."""
    told = (import_job.c.id, import_job.c.name, import_job.c.status, import_job.c.percent, import_job.c.created_at)
    rows = select(*told, staff.c.name.label("owner")).join(staff, staff.c.id == import_job.c.staff_id)
    return list(connection.execute(rows.order_by(import_job.c.id.desc()).limit(_LISTED)).all())


def choose(connection: Connection, job_id: int, told: Mapping[str, str]) -> None:
    """Keeps decisions beside those that are there; what is taken stays taken. Raises Refused: import_over."""
    row = connection.execute(_locked(job_id)).first()
    if row is None or row.status not in ("ready", "taken"):
        raise Refused("import_over")
    choices: dict[str, str] = json.loads(row.choices)
    choices |= {name: choice for name, choice in told.items() if choices.get(name) != TAKEN}
    connection.execute(_of(job_id).values(choices=json.dumps(choices)))


def move(connection: Connection, job_id: int, before: tuple[str, ...], after: str, **values: Any) -> None:
    """Another status, if it is still one of `before`. Raises Refused: import_over."""
    mine = _of(job_id).where(import_job.c.status.in_(before)).values(status=after, **values)
    if connection.execute(mine).rowcount != 1:
        raise Refused("import_over")


def _jobs() -> Any:
    return select(import_job, staff.c.name.label("owner")).join(staff, staff.c.id == import_job.c.staff_id)


def _locked(job_id: int) -> Any:
    return select(import_job.c.status, import_job.c.choices).where(import_job.c.id == job_id).with_for_update()


def _of(job_id: int) -> Any:
    return update(import_job).where(import_job.c.id == job_id)


def _job(row: Any) -> Job:
    about, differences = _read(row.found or "{}")
    told = (row.id, row.name, row.file, row.status, row.percent, about, differences, json.loads(row.choices))
    return Job(*told, row.error, row.owner, row.created_at, row.finished_at)


@lru_cache(maxsize=2)
def _read(found: str) -> tuple[dict[str, Any], tuple[Found, ...]]:
    """Kept for whoever turns the pages of one job: a first export is some megabytes."""
    about = json.loads(found)
    return about, tuple(map(_found, about.pop("differences", ())))


def _found(told: dict[str, Any]) -> Found:
    fields = {
        name: tuple((path, tuple(old), tuple(new)) for path, old, new in lines)
        for name, lines in told["fields"].items()
    }
    translations = {name: tuple(texts) for name, texts in told["translations"].items()}
    kind, stale = Kind(told["kind"]), tuple(told["stale"])
    return Found(kind, told["code"], told["layer"], told["title"], told["base"], fields, stale, translations)
