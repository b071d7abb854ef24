"""One person: the conversations that somebody has joined, and the language they were answered in last."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.engine import Connection

from bot.store.tables import conversation
from bot.words import language_of
from procedures.typed.identify import ANSWERED


def conversations(connection: Connection, conversation_id: int) -> tuple[int, ...]:
    """All conversations of the person who writes in this one, which is among them."""
    person = select(conversation.c.person).where(conversation.c.id == conversation_id).scalar_subquery()
    # Nobody's number is empty, so somebody alone has this conversation only.
    theirs = or_(conversation.c.id == conversation_id, conversation.c.person == person)
    return tuple(connection.execute(select(conversation.c.id).where(theirs).order_by(conversation.c.id)).scalars())


def found(connection: Connection, channel: str, address: str) -> int | None:
    """A conversation by where its answers go; None where there is none."""
    mine = (conversation.c.channel == channel, conversation.c.address == address)
    id_: int | None = connection.execute(select(conversation.c.id).where(*mine)).scalar()
    return id_


def row_of(connection: Connection, conversation_id: int) -> Any:
    """The row of a conversation that exists."""
    return connection.execute(select(conversation).where(conversation.c.id == conversation_id)).one()


def language(memory: str | None) -> str:
    """What the bot's own words are said in."""
    return known(language_of(memory))


def known(told: str) -> str:
    """A language that the bot speaks: this one, else Vietnamese."""
    return told if told in ANSWERED else "vi"
