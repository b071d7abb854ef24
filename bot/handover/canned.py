"""Replies that are written once and used often: in three languages, with {variables}, perhaps with a file.

A change ends the old row and writes a new one, so that nothing that was ever sent is lost, and a starter that somebody
has changed or ended does not come back with the next migration.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, insert, or_, select, update
from sqlalchemy.engine import Connection

from bot.errors import Refused
from bot.handover.typed import cleaned
from bot.handover.variables import filled_in, values_for
from bot.post.clock import now
from bot.store.desk_tables import canned_reply, staff_file
from procedures.sheets.sheet import LANGUAGES

__all__ = ["LANGUAGES", "Canned", "add", "change", "end", "filled", "offered", "one", "use", "values_for"]

#: Characters of a title; of a text: bot.handover.typed.LONGEST.
LONGEST_TITLE = 80


@dataclass(frozen=True)
class Canned:
    """One of them."""

    id: int
    #: None: of all offices.
    office_id: int | None
    title: str
    #: Text by language; "vi" is always there.
    texts: Mapping[str, str]
    file_id: int | None
    #: How often it was used.
    used: int

    def text(self, language: str) -> str:
        """In a language; Vietnamese where nobody has translated it."""
        return self.texts.get(language) or self.texts["vi"]


def offered(connection: Connection, office_id: int) -> tuple[Canned, ...]:
    """Those of an office and those of all, most used first."""
    here = or_(canned_reply.c.office_id == office_id, canned_reply.c.office_id.is_(None))
    return _read(connection, here)


def every(connection: Connection) -> tuple[Canned, ...]:
    """Those of all offices, most used first."""
    return _read(connection, canned_reply.c.id > 0)


def one(connection: Connection, id_: int) -> Canned | None:
    """One that has not ended."""
    return next(iter(_read(connection, canned_reply.c.id == id_)), None)


def filled(canned: Canned, language: str, values: Mapping[str, str]) -> str:
    """Its text with its variables filled in; one without a value stays visible as {…}, for the officer to see."""
    return filled_in(canned.text(language), values)


def use(connection: Connection, id_: int) -> str:
    """Counts a use; what it encloses: "file ID" or nothing. One that was changed or ended meanwhile keeps its file."""
    mine = canned_reply.c.id == id_
    connection.execute(update(canned_reply).where(mine).values(used=canned_reply.c.used + 1))
    file_id = connection.execute(select(canned_reply.c.file_id).where(mine)).scalar()
    return f"file {file_id}" if file_id else ""


def add(
    connection: Connection,
    *,
    title: str,
    texts: Mapping[str, str],
    office_id: int | None = None,
    file_id: int | None = None,
    staff_id: int | None = None,
    used: int = 0,
) -> int:
    """A new one; its id. Raises Refused: empty, too_long, no_such_file, title_taken."""
    values = _fitting(connection, title, texts, file_id)
    _once(connection, values["title"], office_id)
    row = {"office_id": office_id, "staff_id": staff_id, "used": used, "created_at": now(), **values}
    return int(connection.execute(insert(canned_reply).values(**row)).inserted_primary_key[0])


def change(
    connection: Connection,
    id_: int,
    staff_id: int,
    *,
    title: str,
    texts: Mapping[str, str],
    office_id: int | None,
    file_id: int | None,
) -> int:
    """Other words for one; the id of the new row. Raises Refused: gone, and what `add` raises."""
    old = one(connection, id_)
    if old is None:
        raise Refused("gone")
    end(connection, id_)
    told: dict[str, Any] = {"title": title, "texts": texts, "office_id": office_id, "file_id": file_id}
    return add(connection, **told, staff_id=staff_id, used=old.used)


def end(connection: Connection, id_: int) -> None:
    """It is offered no more. Raises Refused: gone."""
    mine = and_(canned_reply.c.id == id_, canned_reply.c.ended_at.is_(None))
    if connection.execute(update(canned_reply).where(mine).values(ended_at=now())).rowcount != 1:
        raise Refused("gone")


def _read(connection: Connection, which: Any) -> tuple[Canned, ...]:
    wanted = select(canned_reply).where(which, canned_reply.c.ended_at.is_(None))
    rows = connection.execute(wanted.order_by(canned_reply.c.used.desc(), canned_reply.c.id))
    return tuple(_canned(row) for row in rows)


def _canned(row: Any) -> Canned:
    return Canned(row.id, row.office_id, row.title, json.loads(row.texts), row.file_id, row.used)


def _fitting(connection: Connection, title: str, texts: Mapping[str, str], file_id: int | None) -> dict[str, Any]:
    """Values as they are kept. Raises Refused."""
    plain = " ".join(cleaned(title).split())
    if len(plain) > LONGEST_TITLE:
        raise Refused("too_long", longest=str(LONGEST_TITLE))
    kept = {language: cleaned(texts.get(language, ""), may_be_empty=language != "vi") for language in LANGUAGES}
    told = json.dumps({language: text for language, text in kept.items() if text}, ensure_ascii=False)
    known = select(staff_file.c.id).where(staff_file.c.id == file_id)
    if file_id is not None and connection.execute(known).first() is None:
        raise Refused("no_such_file")
    return {"title": plain, "texts": told, "file_id": file_id}


def _once(connection: Connection, title: str, office_id: int | None) -> None:
    """Two of one title in one list cannot be told apart. Raises Refused: title_taken."""
    same = and_(canned_reply.c.title == title, canned_reply.c.ended_at.is_(None))
    here = canned_reply.c.office_id.is_(None) if office_id is None else canned_reply.c.office_id == office_id
    if connection.execute(select(canned_reply.c.id).where(same, here)).first() is not None:
        raise Refused("title_taken")
