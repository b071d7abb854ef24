"""Somebody's own data as one file: a page to be read, the same for programs, and what they sent.

It is made from the database each time it is opened, so that no copy lies about; its link holds a token that is kept
only as a digest, and is good for a day.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import secrets
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import Any

from sqlalchemy import and_, func, insert, select
from sqlalchemy.engine import Connection

from bot.errors import CannotOpen
from bot.post.clock import ago, now
from bot.privacy import contacts, files, keeping, people, spans
from bot.privacy.vault import cipher
from bot.store.channel_tables import attachment
from bot.store.consent_tables import consent, data_export
from bot.store.desk_tables import handover, staff
from bot.store.tables import conversation, guide, guide_conversation, message

#: How long a link is good for, and how many one conversation may ask for in that time.
LASTS, MOST = timedelta(days=1), 5
#: Bytes of what somebody sent that go into one file; of the rest only names.
_MOST_BYTES = 20 * 1024 * 1024
Render = Callable[..., str]


def begin(connection: Connection, conversation_id: int) -> tuple[int, str]:
    """Number and token of a new file; 0 and "" where too many were asked for within a day."""
    lately = and_(
        data_export.c.conversation_id == conversation_id, data_export.c.created_at > ago(LASTS.total_seconds())
    )
    count = connection.execute(select(func.count()).select_from(data_export).where(lately)).scalar() or 0
    if count >= MOST:
        return 0, ""
    token = secrets.token_urlsafe(24)
    row = {"digest": _digest(token), "conversation_id": conversation_id, "created_at": now()}
    made = connection.execute(insert(data_export).values(**row, expires_at=now() + LASTS))
    return int(made.inserted_primary_key[0]), token


def opened_by(connection: Connection, token: str) -> int | None:
    """The number of a file by its token; None for one that was made up or has run out."""
    return _alive(connection, data_export.c.digest == _digest(token))


def alive(connection: Connection, number: int) -> int | None:
    """The same by its number, for what is sent into the conversation itself."""
    return _alive(connection, data_export.c.id == number)


def collect(connection: Connection, number: int) -> dict[str, Any]:
    """All that is kept of the person whose file this is, as JSON can hold it."""
    whose = select(data_export.c.conversation_id).where(data_export.c.id == number)
    return of(connection, int(connection.execute(whose).scalar_one()))


def of(connection: Connection, conversation_id: int) -> dict[str, Any]:
    """The same of who writes in this conversation."""
    ids = people.conversations(connection, conversation_id)
    return {
        "made": _moment(now()),
        "language": people.language(people.row_of(connection, conversation_id).memory),
        "conversations": [_conversation(connection, id_) for id_ in ids],
        "lines": _lines(connection, ids),
        "files": _files(connection, ids),
        "guides": _guides(connection, ids),
        "cases": _cases(connection, ids),
        "consents": _consents(connection, ids),
    }


def packed(told: Mapping[str, Any], page: str, media: Path) -> bytes:
    """A ZIP archive: index.html, data.json, and what was sent as far as it fits."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.html", page)
        archive.writestr("data.json", json.dumps(told, ensure_ascii=False, indent=1))
        left = _MOST_BYTES
        for one in told["files"]:
            path = media / one["path"] if one["path"] else None
            # A sealed file is larger on disk than what it holds.
            if path is not None and path.is_file() and (files.size(path) or path.stat().st_size) <= left:
                # One that opens with no key must not keep back all the rest.
                with contextlib.suppress(CannotOpen, OSError):
                    body = files.content(path, cipher())
                    left -= len(body)
                    archive.writestr(f"files/{PurePosixPath(one['path']).name}", body)
    return made.getvalue()


def _alive(connection: Connection, which: Any) -> int | None:
    good = select(data_export.c.id).where(which, data_export.c.expires_at > now())
    found: int | None = connection.execute(good).scalar()
    return found


def _conversation(connection: Connection, id_: int) -> dict[str, Any]:
    row = people.row_of(connection, id_)
    told = {"name": contacts.read(row.contact_name), "phone": contacts.read(row.contact_phone)}
    remembered = json.loads(row.memory).get("slots", {}) if row.memory else {}
    return {
        "channel": row.channel,
        "address": row.address,
        "since": _moment(row.created_at),
        **told,
        **_slots(remembered),
    }


def _slots(remembered: Mapping[str, Any]) -> dict[str, Any]:
    return {"remembered": {name: value for name, value in remembered.items() if value is not None}}


def _lines(connection: Connection, ids: Sequence[int]) -> list[dict[str, Any]]:
    """The transcript, with what was taken out of the person's own words and is kept sealed."""
    joined = select(message, staff.c.name, conversation.c.channel).outerjoin(staff, staff.c.id == message.c.staff_id)
    joined = joined.join(conversation, conversation.c.id == message.c.conversation_id)
    shown = and_(message.c.conversation_id.in_(ids), message.c.recalled_at.is_(None))
    return [_line(connection, row) for row in connection.execute(joined.where(shown).order_by(message.c.id))]


def _line(connection: Connection, row: Any) -> dict[str, Any]:
    own = row.author == "citizen" and row.inbox_id is not None
    text = keeping.whole(connection, row.inbox_id, row.text).text if own else row.text
    told = {"author": row.author, "name": row.name or "", "text": text, "channel": row.channel}
    return {"at": _moment(row.created_at), **told}


def _files(connection: Connection, ids: Sequence[int]) -> list[dict[str, Any]]:
    mine = and_(attachment.c.conversation_id.in_(ids), attachment.c.ref != "")
    rows = connection.execute(select(attachment).where(mine).order_by(attachment.c.id))
    return [
        {"at": _moment(row.created_at), "kind": row.kind, "name": row.name, "path": row.file or "", "bytes": row.size}
        for row in rows
    ]


def _guides(connection: Connection, ids: Sequence[int]) -> list[dict[str, Any]]:
    mine = select(guide_conversation.c.guide_id).where(guide_conversation.c.conversation_id.in_(ids))
    rows = connection.execute(select(guide).where(guide.c.id.in_(mine)).order_by(guide.c.id))
    return [{"at": _moment(row.updated_at), "code": row.code, "state": json.loads(row.state)} for row in rows]


def _cases(connection: Connection, ids: Sequence[int]) -> list[dict[str, Any]]:
    rows = connection.execute(select(handover).where(handover.c.conversation_id.in_(ids)).order_by(handover.c.id))
    told = ("reason", "status", "outcome", "rating", "rating_words")
    return [{"at": _moment(row.created_at), **{name: getattr(row, name) for name in told}} for row in rows]


def _consents(connection: Connection, ids: Sequence[int]) -> list[dict[str, Any]]:
    rows = connection.execute(select(consent).where(consent.c.conversation_id.in_(ids)).order_by(consent.c.id))
    return [
        {"at": _moment(row.decided_at), "purpose": row.purpose, "decision": row.decision, "version": row.version}
        for row in rows
    ]


def _moment(at: Any) -> str:
    return spans.moment(at)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
