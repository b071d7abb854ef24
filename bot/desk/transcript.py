"""The lines of a case: what was said, what the bot made of it, what came with it, and what staff did, in order."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.engine import Connection

from bot.conversation import Author, Button
from bot.desk.directory import Directory
from bot.desk.telling import aware
from bot.handover.kinds import Event
from bot.post.outbox import buttons
from bot.privacy.masking import MASK
from bot.store.channel_tables import attachment
from bot.store.desk_tables import handover, handover_event, staff_file
from bot.store.tables import delivery, inbox, message, outbox, turn
from bot.store.vault_tables import sealed

#: Newest lines that a page shows at first.
NEWEST = 80


@dataclass(frozen=True)
class Came:
    """A photo, file or recording that a citizen sent."""

    id: int
    kind: str
    name: str
    #: waiting, fetching, kept, refused, lost.
    status: str
    mime: str
    size: int


@dataclass(frozen=True)
class Understood:
    """What the bot made of a citizen's line."""

    outcome: str
    intent: str
    aspect: str
    #: Titles of procedures with their share of 100, best first.
    procedures: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True)
class Sealed:
    """What was taken out of a line and is still kept."""

    id: int
    #: bot.privacy.found.Kind.
    kind: str


@dataclass(frozen=True)
class Line:
    """Something that was said."""

    id: int
    author: str
    #: Of a staff member; empty for others, and for what was said in the provider's own page.
    name: str
    text: str
    at: datetime
    language: str
    buttons: tuple[Button, ...]
    #: Its channel brings it: queued, sending, sent, received, seen, failed, dropped; empty for what came.
    delivery: str
    #: Why it failed.
    error: str
    edited: bool
    recalled: bool
    staff_id: int | None
    understood: Understood | None = None
    came: tuple[Came, ...] = ()
    #: Name, token and size of a file of ours.
    file: tuple[str, str, int] | None = None
    #: By its place among the MASKs of the text.
    sealed: tuple[tuple[int, Sealed], ...] = ()
    #: A wish of the citizen's that staff taught the bot.
    kind: str = "line"

    @property
    def pieces(self) -> list[tuple[str, Sealed | None]]:
        """The text in parts, each with what was taken out after it; what is gone leaves its MASK."""
        kept, parts = dict(self.sealed), self.text.split(MASK)
        told = [(part if at in kept else part + MASK, kept.get(at)) for at, part in enumerate(parts[:-1])]
        return [*told, (parts[-1], None)]


@dataclass(frozen=True)
class Happening:
    """Something that was done."""

    id: int
    event: Event
    name: str
    text: str
    at: datetime
    #: The colleague or the office that a case was passed on to.
    to: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    kind: str = "event"


Item = Line | Happening


def items(
    connection: Connection, directory: Directory, conversation_id: int, newest: int | None = NEWEST
) -> list[Item]:
    """Lines and happenings of a conversation, oldest first, from the newest so many lines on."""
    said = lines(connection, directory, conversation_id, newest=newest)
    # Of what was said before the first line that is shown, nothing was done that needs to be seen.
    since = said[0].at if said and newest and len(said) >= newest else None
    done = happenings(connection, directory, conversation_id)
    return sorted([*said, *(one for one in done if since is None or one.at >= since)], key=_place)


def lines(
    connection: Connection, directory: Directory, conversation_id: int, after: int = 0, newest: int | None = None
) -> list[Line]:
    """Lines after an id, at most so many of the newest."""
    mine = and_(message.c.conversation_id == conversation_id, message.c.id > after)
    return _read(connection, directory, mine, newest)


def happenings(connection: Connection, directory: Directory, conversation_id: int, after: int = 0) -> list[Happening]:
    """What was done in all cases of a conversation; a note that was undone is not shown."""
    mine = select(handover_event).join(handover, handover.c.id == handover_event.c.handover_id)
    mine = mine.where(handover.c.conversation_id == conversation_id).order_by(handover_event.c.id)
    rows = connection.execute(mine).all()
    told = [(row, json.loads(row.data)) for row in rows]
    undone = {data["event_id"] for row, data in told if row.kind == Event.UNDONE.value}
    return [
        _happening(row, data, directory)
        for row, data in told
        if row.id > after and row.kind in _SHOWN and not (row.id in undone and row.kind == Event.NOTED.value)
    ]


def _happening(row: Any, data: dict[str, Any], directory: Directory) -> Happening:
    to = directory.name(data.get("to")) or directory.office_name(data.get("office", 0))
    whose = (row.id, Event(row.kind), directory.name(row.staff_id), row.text, aware(row.created_at))
    return Happening(*whose, to, data)


#: Replies and corrections show in their lines.
_SHOWN = frozenset(
    event.value for event in Event if event.name not in ("EDITED", "RECALLED", "REPLIED", "PRESSED", "TAUGHT")
)


def _place(item: Item) -> tuple[datetime, int, int]:
    return item.at, 0 if isinstance(item, Line) else 1, item.id


def _read(connection: Connection, directory: Directory, mine: Any, newest: int | None) -> list[Line]:
    columns = (outbox.c.status.label("way"), outbox.c.error, inbox.c.kind.label("sent_kind"))
    wanted = select(message, *columns).outerjoin(outbox, outbox.c.message_id == message.c.id)
    wanted = wanted.outerjoin(inbox, inbox.c.id == message.c.inbox_id).where(mine)
    rows = connection.execute(wanted.order_by(message.c.id.desc()).limit(newest)).all()[::-1]
    asked = [row.inbox_id for row in rows if row.author == Author.CITIZEN.value]
    understood = _understood(connection, directory, asked)
    came, seen = _came(connection, asked), _seen(connection, [row.id for row in rows if row.way == "sent"])
    files, kept = _files(connection, [row.encloses for row in rows]), _sealed(connection, asked)
    return [_line(row, directory, understood, came, seen, files, kept) for row in rows]


def _line(row: Any, directory: Directory, understood: Any, came: Any, seen: Any, files: Any, kept: Any) -> Line:
    citizen = row.author == Author.CITIZEN.value
    return Line(
        id=row.id,
        author=row.author,
        name=directory.name(row.staff_id),
        text="" if row.recalled_at else row.text,
        at=aware(row.created_at),
        language=row.language,
        buttons=buttons(row.buttons),
        delivery="" if citizen else seen.get(row.id, row.way or ""),
        error=row.error or "",
        edited=row.edited_at is not None,
        recalled=row.recalled_at is not None,
        staff_id=row.staff_id,
        understood=understood.get(row.inbox_id) if citizen else None,
        came=came.get(row.inbox_id, ()) if citizen else (),
        file=files.get(row.encloses),
        sealed=kept.get(row.inbox_id, ()) if citizen else (),
    )


def _sealed(connection: Connection, asked: Iterable[int]) -> dict[int, tuple[tuple[int, Sealed], ...]]:
    found: dict[int, tuple[tuple[int, Sealed], ...]] = {}
    columns = (sealed.c.id, sealed.c.inbox_id, sealed.c.position, sealed.c.kind)
    for row in connection.execute(select(*columns).where(sealed.c.inbox_id.in_(list(asked)))):
        found[row.inbox_id] = (*found.get(row.inbox_id, ()), (row.position, Sealed(row.id, row.kind)))
    return found


def _understood(connection: Connection, directory: Directory, asked: Iterable[int]) -> dict[int, Understood]:
    rows = connection.execute(select(turn).where(turn.c.inbox_id.in_(list(asked)))).all()
    return {row.inbox_id: _made_of_it(row, directory) for row in rows}


def _made_of_it(row: Any, directory: Directory) -> Understood:
    likely = [(one["code"], round(100 * one["score"])) for one in json.loads(row.procedures)[:2]]
    named = tuple((code, directory.title(code), share) for code, share in likely)
    return Understood(row.outcome, row.intent, row.aspect, named)


def _came(connection: Connection, asked: Iterable[int]) -> dict[int, tuple[Came, ...]]:
    found: dict[int, tuple[Came, ...]] = {}
    wanted = select(attachment).where(attachment.c.inbox_id.in_(list(asked))).order_by(attachment.c.id)
    for row in connection.execute(wanted):
        one = Came(row.id, row.kind, row.name, row.status, row.mime or "", row.size or 0)
        found[row.inbox_id] = (*found.get(row.inbox_id, ()), one)
    return found


def _seen(connection: Connection, sent: Iterable[int]) -> dict[int, str]:
    """How far the last part of each has come."""
    wanted = select(delivery.c.message_id, func.max(delivery.c.seen_at), func.max(delivery.c.received_at))
    rows = connection.execute(wanted.where(delivery.c.message_id.in_(list(sent))).group_by(delivery.c.message_id))
    return {id_: "seen" if seen else "received" if received else "sent" for id_, seen, received in rows}


def _files(connection: Connection, encloses: Iterable[str]) -> dict[str, tuple[str, str, int]]:
    ids = [int(told.split()[1]) for told in encloses if told.startswith("file ")]
    if not ids:
        return {}
    rows = connection.execute(select(staff_file).where(staff_file.c.id.in_(ids)))
    return {f"file {row.id}": (row.name, row.token, row.size) for row in rows}
