"""Corrections of what a person said: other words for a line of theirs, or none. Elsewhere only where the channel can.

What has not gone out yet is changed on its way. What has arrived is first changed where it arrived, with no transaction
open, and then in the transcript: whoever reads there that it is changed can rely on it.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, exists, select, update
from sqlalchemy.engine import Connection, Engine

from bot.channels.port import Channel, Part
from bot.conversation import Outbound, Reply
from bot.errors import CannotReply, Refused, SendFailed, Unreachable
from bot.handover import events, owning
from bot.handover.kinds import Event
from bot.handover.typed import cleaned
from bot.post import rendering
from bot.post.clock import now
from bot.store.desk_tables import canned_reply, handover, staff_file
from bot.store.tables import conversation, delivery, message, outbox


@dataclass(frozen=True)
class _Line:
    """A line that has arrived, at least in part."""

    id: int
    conversation_id: int
    channel: str
    address: str
    reply: Reply
    language: str
    #: The channel's ids of its parts by their number, from 0; empty where it tells none.
    arrived: Mapping[int, str]

    def part(self, text: str = "") -> Part:
        """Other words at the same place."""
        return Part(self.address, self.conversation_id, text)


async def correct(database: Engine, channels: Mapping[str, Channel], message_id: int, staff_id: int, text: str) -> None:
    """Puts other words in the place of a line's. Nothing happens where they are the same.

    Raises Refused: empty, too_long, not_yours, taken_back, on_its_way, no_edits, longer, not_now, too_late.
    Raises CannotReply: left.
    """
    clean = cleaned(text)
    line = await asyncio.to_thread(_begin, database, channels, message_id, staff_id, clean)
    if line is None:
        return
    channel = _able(channels, line)
    if any(line.arrived.values()):
        await _change(channel, line, clean)
    await asyncio.to_thread(_settle, database, line, staff_id, clean)
    if not any(line.arrived.values()):
        await _done(channel.edit(line.part(clean), ""))


async def recall(database: Engine, channels: Mapping[str, Channel], message_id: int, staff_id: int) -> None:
    """Takes a line back, with what went with it: nobody reads it any more.

    Raises Refused: not_yours, taken_back, on_its_way, no_edits, not_now, too_late. Raises CannotReply: left.
    """
    line = await asyncio.to_thread(_begin, database, channels, message_id, staff_id, None)
    if line is None:
        return
    channel = _able(channels, line)
    for id_ in filter(None, line.arrived.values()):
        await _done(channel.recall(line.part(), id_))
    await asyncio.to_thread(_settle, database, line, staff_id, None)
    if not any(line.arrived.values()):
        await _done(channel.recall(line.part(), ""))


def _begin(
    database: Engine, channels: Mapping[str, Channel], message_id: int, staff_id: int, text: str | None
) -> _Line | None:
    """What has arrived and is to be changed there; None where nothing is left to do. No text: it is taken back."""
    with database.begin() as connection:
        row = connection.execute(_whole(message_id)).first()
        if row is None or row.staff_id is None or row.staff_id != staff_id:
            raise Refused("not_yours")
        if row.recalled_at is not None:
            raise Refused("taken_back")
        if row.text == text:
            return None
        line = _line(connection, row)
        if line.arrived:
            _able(channels, line)
        if row.status == "sent":
            return line
        _hold_up(connection, row, line, text)
        if line.arrived:
            return line
        _write(connection, line, staff_id, text)
        return None


def _hold_up(connection: Connection, row: Any, line: _Line, text: str | None) -> None:
    """Whoever is about to send it reads it anew, or finds it dropped. Raises Refused: on_its_way."""
    # Half of it has arrived: the rest would no longer fit.
    if row.status == "sending" or (line.arrived and text is not None):
        raise Refused("on_its_way")
    mine = and_(outbox.c.message_id == line.id, outbox.c.status == row.status, outbox.c.attempts == row.attempts)
    values = {"attempts": row.attempts + 1, "status": row.status if text is not None else "dropped"}
    if connection.execute(update(outbox).where(mine).values(**values)).rowcount != 1:
        raise Refused("on_its_way")


def _able(channels: Mapping[str, Channel], line: _Line) -> Channel:
    channel = channels.get(line.channel)
    if channel is None or not channel.abilities.edits:
        raise Refused("no_edits")
    return channel


async def _change(channel: Channel, line: _Line, text: str) -> None:
    """Changes each part; those that are left over are taken back. Raises Refused: longer, no_edits, and as `_done`."""
    ahead = int(rendering.goes_ahead(line.reply))
    if ahead and line.reply.encloses.startswith("file ") and not line.arrived.get(0):
        # The link of a file stands among the words.
        raise Refused("no_edits")
    outbound = Outbound(line.id, line.conversation_id, line.address, Reply(text), line.language)
    parts = rendering.parts(outbound, channel.abilities)
    ids = [id_ for number, id_ in sorted(line.arrived.items()) if number >= ahead]
    if len(parts) > len(ids):
        raise Refused("longer")
    for number, id_ in enumerate(ids):
        more = number < len(parts)
        await _done(channel.edit(parts[number], id_) if more else channel.recall(line.part(), id_))


async def _done(call: Awaitable[None]) -> None:
    """What a channel says as staff are told it. Raises Refused: not_now, too_late; CannotReply: left."""
    try:
        await call
    except Unreachable as error:
        raise CannotReply("left") from error
    except SendFailed as error:
        raise Refused("too_late" if error.retry_after is None else "not_now") from error


def _settle(database: Engine, line: _Line, staff_id: int, text: str | None) -> None:
    with database.begin() as connection:
        _write(connection, line, staff_id, text)


def _write(connection: Connection, line: _Line, staff_id: int, text: str | None) -> None:
    """In the transcript and the history of the case; what was said before is kept in the history alone."""
    owning.lock_conversation(connection, line.conversation_id)
    values = {"recalled_at": now()} if text is None else {"text": text, "edited_at": now()}
    mine = and_(message.c.id == line.id, message.c.recalled_at.is_(None))
    if connection.execute(update(message).where(mine).values(**values)).rowcount != 1:
        raise Refused("taken_back")
    if text is None:
        _end_link(connection, line.reply.encloses)
    case = _case(connection, line)
    if case is not None:
        kind = Event.RECALLED if text is None else Event.EDITED
        events.write(connection, case, kind, staff_id, line.reply.text, line=line.id)


def _end_link(connection: Connection, encloses: str) -> None:
    """A file that was sent once is at its address no longer; one of a canned reply is other citizens' as well."""
    kind, _, id_ = encloses.partition(" ")
    if kind != "file" or not id_.isdecimal():
        return
    used = exists().where(canned_reply.c.file_id == int(id_))
    mine = update(staff_file).where(staff_file.c.id == int(id_), ~used)
    connection.execute(mine.values(token=secrets.token_hex(16)))


def _case(connection: Connection, line: _Line) -> int | None:
    """The case in which it was said."""
    said_at = select(message.c.created_at).where(message.c.id == line.id).scalar_subquery()
    mine = and_(handover.c.conversation_id == line.conversation_id, handover.c.created_at <= said_at)
    found: int | None = connection.execute(select(handover.c.id).where(mine).order_by(handover.c.id.desc())).scalar()
    return found


def _line(connection: Connection, row: Any) -> _Line:
    parts = select(delivery.c.part, delivery.c.channel_message_id).where(delivery.c.message_id == row.id)
    arrived = {one.part: one.channel_message_id for one in connection.execute(parts.order_by(delivery.c.part))}
    reply = Reply(row.text, encloses=row.encloses)
    return _Line(row.id, row.conversation_id, row.channel, row.address, reply, row.language, arrived)


def _whole(message_id: int) -> Any:
    said = (message.c.id, message.c.conversation_id, message.c.staff_id, message.c.text, message.c.encloses)
    sent = (message.c.language, message.c.recalled_at, outbox.c.status, outbox.c.attempts)
    whole = select(*said, *sent, conversation.c.channel, conversation.c.address).select_from(message)
    whole = whole.join(conversation, conversation.c.id == message.c.conversation_id)
    return whole.join(outbox, outbox.c.message_id == message.c.id).where(message.c.id == message_id)
