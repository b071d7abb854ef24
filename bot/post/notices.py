"""What providers tell beside messages: who left, what arrived, what was said elsewhere in the office's name."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, insert, or_, select, update
from sqlalchemy.engine import Connection, Engine

from bot.channels.port import Abilities
from bot.conversation import Author, Notice, Outbound, Reply, Sign
from bot.post import rendering
from bot.post.clock import now
from bot.post.outbox import buttons
from bot.post.wake import Wake
from bot.post.wake import conversation as transcript_of
from bot.privacy.masking import masked
from bot.store.tables import conversation, delivery, message, outbox

#: Providers cut the moment to whole seconds.
_SECOND = timedelta(seconds=1)
#: An echo of ours may come before we have noted that we sent it; later ones are somebody else's.
_OURS_WITHIN, _OURS_MOST = timedelta(minutes=10), 12


class Notices:
    """Takes notices in. Each may come twice, late, or for somebody nobody knows."""

    def __init__(self, engine: Engine, wake: Wake, abilities: Mapping[str, Abilities]) -> None:
        self._engine, self._wake, self._abilities = engine, wake, abilities

    def take(self, notice: Notice) -> None:
        """One notice, in a transaction."""
        with self._engine.begin() as connection:
            mine = and_(conversation.c.channel == notice.channel, conversation.c.address == notice.address)
            # One notice of a conversation at a time: the same echo may come eight times at once.
            whose = connection.execute(select(conversation.c.id).where(mine).with_for_update()).scalar()
            if whose is None:
                return
            if notice.sign is Sign.LEFT:
                _left(connection, whose, notice)
            elif notice.sign is Sign.ECHO:
                self._echo(connection, notice, whose)
            else:
                _arrived(connection, notice)
        self._wake.notify(transcript_of(whose))

    def _echo(self, connection: Connection, notice: Notice, conversation_id: int) -> None:
        """A line of the transcript for what staff said in the provider's own page; ours are there already."""
        if not notice.text or _known(connection, notice) or self._ours(connection, notice, conversation_id):
            return
        line = {"conversation_id": conversation_id, "author": Author.STAFF.value, "text": masked(notice.text)}
        stored = connection.execute(insert(message).values(**line, created_at=now()))
        id_ = notice.channel_message_ids[0] if notice.channel_message_ids else ""
        row = {"message_id": stored.inserted_primary_key[0], "part": 0, "channel": notice.channel}
        connection.execute(insert(delivery).values(**row, channel_message_id=id_))

    def _ours(self, connection: Connection, notice: Notice, conversation_id: int) -> bool:
        abilities = self._abilities[notice.channel]
        said = unicodedata.normalize("NFC", notice.text).strip()
        for row in _lately(connection, conversation_id):
            reply = Reply(row.text, buttons(row.buttons), row.encloses)
            outbound = Outbound(row.id, conversation_id, notice.address, reply, row.language)
            if any(part.text == said for part in rendering.parts(outbound, abilities)) or _enclosed(reply, said):
                return True
        return False


def _enclosed(reply: Reply, said: str) -> bool:
    """The words on a card or above a link, or the link alone of what could not be brought."""
    if not reply.encloses or rendering.is_voice(reply):
        return False
    words = unicodedata.normalize("NFC", reply.text).strip()
    link = said.startswith(("https://", "http://")) and not any(char.isspace() for char in said)
    return link or bool(words and words in said)


def _known(connection: Connection, notice: Notice) -> bool:
    ids = [id_ for id_ in notice.channel_message_ids if id_]
    mine = and_(delivery.c.channel == notice.channel, delivery.c.channel_message_id.in_(ids))
    return bool(ids) and connection.execute(select(delivery.c.message_id).where(mine)).first() is not None


def _lately(connection: Connection, conversation_id: int) -> Any:
    """What we are sending, or have sent a moment ago."""
    under_way = or_(outbox.c.status == "sending", outbox.c.sent_at > now() - _OURS_WITHIN)
    ours = select(message).join(outbox, outbox.c.message_id == message.c.id)
    recent = ours.where(outbox.c.conversation_id == conversation_id, under_way)
    return connection.execute(recent.order_by(message.c.id.desc()).limit(_OURS_MOST)).all()


def _left(connection: Connection, conversation_id: int, notice: Notice) -> None:
    """Unless they have written since: notices come late and again."""
    mine = update(conversation).where(conversation.c.id == conversation_id)
    if notice.at is not None:
        mine = mine.where(or_(conversation.c.heard_at.is_(None), conversation.c.heard_at < notice.at + _SECOND))
    connection.execute(mine.values(left_at=now()))


def _arrived(connection: Connection, notice: Notice) -> None:
    column = delivery.c.seen_at if notice.sign is Sign.SEEN else delivery.c.received_at
    ids = [id_ for id_ in notice.channel_message_ids if id_]
    mine = and_(delivery.c.channel == notice.channel, delivery.c.channel_message_id.in_(ids), column.is_(None))
    connection.execute(update(delivery).where(mine).values({column.name: now()}))
