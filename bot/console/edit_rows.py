"""Edits as they lie in the database: read, listed, and changed by whoever was first."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import Enum
from functools import cached_property
from typing import Any

from sqlalchemy import and_, func, select, update
from sqlalchemy.engine import Connection

from bot.errors import EditMoved
from bot.post.clock import now
from bot.store.console_tables import procedure_edit as table
from bot.store.console_tables import site_setting
from bot.store.desk_tables import staff
from procedures import codec
from procedures.model import Procedure
from procedures.tables import catalogue_entry as entry
from procedures.validity import utc


class Status(str, Enum):
    """How far an edit has come."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    #: Waits for its day.
    APPROVED = "approved"
    PUBLISHED = "published"
    DISCARDED = "discarded"
    #: Was published, and taken back.
    UNDONE = "undone"


#: Of edits that are still to become something.
OPEN = (Status.DRAFT, Status.IN_REVIEW, Status.APPROVED)


@dataclass(frozen=True)
class Edit:
    """One edit."""

    id: int
    code: str
    #: JSON of procedures.codec.
    document: str
    #: `digest` of what citizens were told when it was begun or last merged.
    base: str
    status: Status
    reason: str
    #: Vietnam's day, "YYYY-MM-DD"; empty: at once.
    effective_on: str
    staff_id: int
    reviewer_id: int | None
    #: A reviewer's words; see `stopped` where the clock could not publish it.
    review: str
    #: JSON: see bot.console.edits.keep_gate.
    gate: str
    #: Why somebody lets it out though the questions fare worse.
    override: str
    version: int
    created_at: datetime
    changed_at: datetime
    sent_at: datetime | None
    reviewed_at: datetime | None
    published_at: datetime | None

    @cached_property
    def procedure(self) -> Procedure:
        """What it would tell."""
        return codec.from_json(self.document)

    @property
    def open(self) -> bool:
        """Whether it is still to become something."""
        return self.status in OPEN

    @property
    def stopped(self) -> tuple[str, Mapping[str, str]] | None:
        """Why the clock could not publish it, as a key of words and what fills them."""
        key, _, values = self.review.partition(" ")
        return (key, json.loads(values)) if key.startswith("trouble.") and values.startswith("{") else None

    @property
    def judged(self) -> Mapping[str, Any] | None:
        """What the questions said of the document as it is now; None where nobody has asked them since it changed."""
        told = json.loads(self.gate) if self.gate else {}
        return told if told.get("document") == _hash(self.document) else None


@dataclass(frozen=True)
class Listed:
    """An edit in a list."""

    id: int
    code: str
    title: str
    status: Status
    reason: str
    effective_on: str
    author: str
    reviewer: str
    review: str
    changed_at: datetime
    published_at: datetime | None


def digest(procedure: Procedure) -> str:
    """Equal for equal tellings, also when the program has learned new fields since."""
    return _hash(json.dumps(_full(asdict(procedure)), ensure_ascii=False, sort_keys=True))


def one(connection: Connection, id_: int) -> Edit | None:
    """An edit by its number."""
    row = connection.execute(select(table).where(table.c.id == id_)).first()
    return edit_of(row) if row else None


def locked(connection: Connection, id_: int, *states: Status, version: int | None = None) -> Edit:
    """The same, held until the transaction ends. Raises EditMoved where it is in none of the states, or moved on."""
    row = connection.execute(select(table).where(table.c.id == id_).with_for_update()).first()
    if row is None or Status(row.status) not in states or version not in (None, row.version):
        raise EditMoved
    return edit_of(row)


def change(connection: Connection, edit: Edit, **values: Any) -> int:
    """Writes columns of a locked edit; its new version. Raises EditMoved."""
    mine = and_(table.c.id == edit.id, table.c.version == edit.version)
    moved = {"version": edit.version + 1, "changed_at": now(), **values}
    if connection.execute(update(table).where(mine).values(**moved)).rowcount != 1:
        raise EditMoved
    return edit.version + 1


def of_code(connection: Connection, code: str, *states: Status) -> tuple[Edit, ...]:
    """Edits of a procedure in these states, the newest first."""
    mine = and_(table.c.code == code, table.c.status.in_([state.value for state in states]))
    return tuple(edit_of(row) for row in connection.execute(select(table).where(mine).order_by(table.c.id.desc())))


def listed(connection: Connection, states: Sequence[Status], limit: int = 100, code: str = "") -> tuple[Listed, ...]:
    """Edits in these states, last changed first, without their documents."""
    author, reviewer = staff.alias("author"), staff.alias("reviewer")
    title = select(func.max(entry.c.title)).where(entry.c.code == table.c.code, entry.c.layer.in_(["record", "list"]))
    plain = select(entry.c.title).where(entry.c.code == table.c.code, entry.c.layer == "plain").scalar_subquery()
    named = func.coalesce(plain, title.scalar_subquery(), table.c.code)
    columns = (table.c.id, table.c.code, named.label("title"), table.c.status, table.c.reason, table.c.effective_on)
    people = (author.c.name.label("author"), func.coalesce(reviewer.c.name, "").label("reviewer"))
    joined = table.join(author, author.c.id == table.c.staff_id)
    joined = joined.outerjoin(reviewer, reviewer.c.id == table.c.reviewer_id)
    wanted = select(*columns, *people, table.c.review, table.c.changed_at, table.c.published_at).select_from(joined)
    wanted = wanted.where(table.c.status.in_([state.value for state in states]))
    wanted = wanted.where(table.c.code == code) if code else wanted
    rows = connection.execute(wanted.order_by(table.c.changed_at.desc(), table.c.id.desc()).limit(limit))
    return tuple(_listed(row) for row in rows)


def counts(connection: Connection) -> dict[Status, int]:
    """How many edits are in each state; states without any are left out."""
    rows = connection.execute(select(table.c.status, func.count()).group_by(table.c.status)).all()
    return {Status(status): number for status, number in rows}


def two_people(connection: Connection) -> bool:
    """Whether nobody lets out what they wrote themselves."""
    told = connection.execute(select(site_setting.c.value).where(site_setting.c.name == "two_people")).scalar()
    return bool(json.loads(told)) if told else True


def edit_of(row: Any) -> Edit:
    """An edit out of a row of procedure_edit."""
    told = dict(row._mapping)
    times = ("created_at", "changed_at", "sent_at", "reviewed_at", "published_at")
    told |= {name: utc(told[name]) for name in times if told[name]}
    return Edit(**{**told, "status": Status(row.status)})


def gate_of(document: str, told: Mapping[str, Any]) -> str:
    """What is kept in `gate`: the judgement, and of which document it is."""
    return json.dumps({**told, "document": _hash(document)}, ensure_ascii=False)


def _listed(row: Any) -> Listed:
    times = {"changed_at": utc(row.changed_at), "published_at": utc(row.published_at) if row.published_at else None}
    return Listed(**{**row._mapping, **times, "status": Status(row.status)})


def _full(told: Any) -> Any:
    """Without what is empty, so that a field nobody has filled is as good as none."""
    if isinstance(told, dict):
        return {key: _full(value) for key, value in told.items() if value not in (None, "", (), [], False, 0)}
    if isinstance(told, list | tuple):
        return [_full(value) for value in told]
    return told


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
