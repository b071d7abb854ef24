"""The lines of a conversation as a page shows them, and whether there is anything new to show."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, bindparam, exists, func, or_, select
from sqlalchemy.engine import Connection

from bot.conversation import Author, Button
from bot.post.outbox import buttons
from bot.store.desk_tables import staff, staff_file
from bot.store.tables import conversation, inbox, message
from procedures.validity import utc

#: Vietnam has one time and no summer time.
VIETNAM = timezone(timedelta(hours=7))
#: Secure addresses, and checklists, files and transcripts of a site that is only tried out.
_LINK = re.compile(r"(https://[^\s<>\"“”«»]+|http://(?:127\.0\.0\.1|localhost):\d+/[fgt]/[A-Za-z0-9_.-]+)")
#: Reply.encloses: what is shown with a line, a file of staff's or a reading of it.
_FILES = ("file ", "voice ")
#: No correction is newer.
_NEVER = datetime(9999, 1, 1, tzinfo=timezone.utc)


@dataclass(frozen=True)
class File:
    """A file of staff's that goes with a line."""

    #: Its address within the site.
    href: str
    name: str
    mime: str
    #: Bytes.
    size: int

    @property
    def told(self) -> str:
        """Its size as people read it here: 340 KB, 1,2 MB."""
        return f"{self.size / 1e6:.1f} MB".replace(".", ",") if self.size >= 1e6 else f"{max(self.size // 1000, 1)} KB"


@dataclass(frozen=True)
class Line:
    """One line of the transcript."""

    id: int
    author: str
    text: str
    buttons: tuple[Button, ...]
    #: In Vietnam's time.
    at: datetime
    #: Said.message_id of a citizen's line; empty for others.
    sent: str = ""
    #: "vi", "en" or "zh".
    language: str = "vi"
    #: Of a member of the staff, who said it.
    name: str = ""
    file: File | None = None
    edited: bool = False
    #: Taken back: the text is empty.
    recalled: bool = False

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        """The text in order, each piece with whether it is a link. A citizen's own links stay text."""
        if self.author == Author.CITIZEN.value:
            return [(self.text, False)]
        return [piece for part in _LINK.split(self.text) if part for piece in _link_and_rest(part)]


@dataclass(frozen=True)
class Glance:
    """What there is of a conversation, seen at one moment."""

    conversation_id: int
    #: An answer is under way.
    pending: bool
    #: Id of its last line; 0 without one.
    newest: int
    #: When a line up to the one that was asked for was corrected or taken back last; None for not since then.
    corrected_at: datetime | None


def glance(
    connection: Connection, channel: str, address: str, after: int, corrected_since: datetime | None
) -> Glance | None:
    """One question for all that a page looks for; None where the address has no conversation."""
    asked = {"of_channel": channel, "of_address": address, "after": after, "since": corrected_since or _NEVER}
    row = connection.execute(_glance(), asked).first()
    if row is None:
        return None
    corrected = [utc(moment) for moment in (row.edited, row.recalled) if moment is not None]
    return Glance(row.id, bool(row.pending), row.newest or 0, max(corrected, default=None))


def of_message(connection: Connection, conversation_id: int, inbox_id: int) -> Line:
    """The line of a citizen's message."""
    # By the conversation it is found at once, among the lines of everybody never.
    return _read(connection, _of_message(), {"of": conversation_id, "message": inbox_id})[0]


def later(connection: Connection, conversation_id: int, after: int, newest: int | None) -> tuple[Line, ...]:
    """After an id; with `newest` the last ones, and one more by which the caller sees whether there are older ones."""
    wanted = _later().limit(newest + 1) if newest else _later()
    return _read(connection, wanted, {"of": conversation_id, "after": after})[::-1]


def corrected(connection: Connection, conversation_id: int, upto: int, since: datetime) -> tuple[Line, ...]:
    """Lines up to an id that were corrected or taken back since then."""
    changed = or_(message.c.edited_at > since, message.c.recalled_at > since)
    mine = and_(message.c.conversation_id == conversation_id, message.c.id <= upto, changed)
    return _read(connection, _lines().where(mine).order_by(message.c.id), {})


# Made once: to make a statement takes longer than to send it, and every open page looks again and again.


@lru_cache(maxsize=1)
def _glance() -> Any:
    waits = exists().where(inbox.c.conversation_id == conversation.c.id, inbox.c.status.in_(("new", "claimed")))
    lines = message.c.conversation_id == conversation.c.id

    def changed(column: Any) -> Any:
        here = and_(lines, message.c.id <= bindparam("after"), column > bindparam("since"))
        return select(func.max(column)).where(here).scalar_subquery()

    newest = select(func.max(message.c.id)).where(lines).scalar_subquery()
    seen = (waits.label("pending"), newest.label("newest"))
    corrected = (changed(message.c.edited_at).label("edited"), changed(message.c.recalled_at).label("recalled"))
    mine = and_(conversation.c.channel == bindparam("of_channel"), conversation.c.address == bindparam("of_address"))
    return select(conversation.c.id, *seen, *corrected).where(mine)


@lru_cache(maxsize=1)
def _lines() -> Any:
    said = (message.c.id, message.c.author, message.c.text, message.c.buttons, message.c.language)
    then = (message.c.encloses, message.c.created_at, message.c.edited_at, message.c.recalled_at)
    whole = select(*said, *then, inbox.c.channel_message_id, staff.c.name)
    whole = whole.select_from(message).outerjoin(inbox, inbox.c.id == message.c.inbox_id)
    return whole.outerjoin(staff, staff.c.id == message.c.staff_id)


@lru_cache(maxsize=1)
def _of_message() -> Any:
    theirs = and_(message.c.author == Author.CITIZEN.value, message.c.inbox_id == bindparam("message"))
    return _lines().where(message.c.conversation_id == bindparam("of"), theirs)


@lru_cache(maxsize=1)
def _later() -> Any:
    mine = and_(message.c.conversation_id == bindparam("of"), message.c.id > bindparam("after"))
    return _lines().where(mine).order_by(message.c.id.desc())


def _read(connection: Connection, wanted: Any, asked: dict[str, Any]) -> tuple[Line, ...]:
    rows = connection.execute(wanted, asked).all()
    ids = [int(row.encloses.split()[1]) for row in rows if row.encloses.startswith(_FILES)]
    found = connection.execute(select(staff_file).where(staff_file.c.id.in_(ids))).all() if ids else []
    served = {one.id: File(f"/f/{one.token}", one.name, one.mime, one.size) for one in found}
    files = {f"{kind}{id_}": file for id_, file in served.items() for kind in _FILES}
    return tuple(_taken_back(row) if row.recalled_at else _line(row, files.get(row.encloses)) for row in rows)


def _taken_back(row: Any) -> Line:
    name, at = row.name or "", utc(row.created_at).astimezone(VIETNAM)
    return Line(row.id, row.author, "", (), at, "", row.language, name, recalled=True)


def _line(row: Any, file: File | None) -> Line:
    at = utc(row.created_at)
    citizen = row.author == Author.CITIZEN.value
    sent = row.channel_message_id.rpartition(":")[2].partition(".")[0] if citizen and row.channel_message_id else ""
    said = (row.id, row.author, row.text, buttons(row.buttons), at.astimezone(VIETNAM), sent, row.language)
    return Line(*said, row.name or "", file, row.edited_at is not None)


def _link_and_rest(part: str) -> list[tuple[str, bool]]:
    """A full stop or a bracket after an address belongs to the sentence."""
    if not _LINK.fullmatch(part):
        return [(part, False)]
    link = part.rstrip(".,;:!?)]}'’…")
    return [(link, True), (part[len(link) :], False)] if link != part else [(link, True)]
