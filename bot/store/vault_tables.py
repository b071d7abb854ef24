"""What citizens told of themselves and staff may need: sealed with the data key, beside the text it was taken from."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from bot.store.tables import metadata, moment

#: A number, a date or an address that a message held.
sealed = Table(
    "sealed",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    Column("inbox_id", ForeignKey("inbox.id"), nullable=False),
    #: It belongs in the place of the n-th MASK of the message's text, from 0.
    Column("position", Integer, nullable=False),
    #: bot.privacy.found.Kind.
    Column("kind", String(12), nullable=False),
    #: bot.privacy.vault.Cipher.
    Column("token", Text, nullable=False),
    moment("created_at"),
    Index("sealed_once", "inbox_id", "position", unique=True),
    Index("sealed_of", "conversation_id"),
    Index("sealed_at", "created_at"),
)
