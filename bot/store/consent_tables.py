"""Tables of people's rights: who agreed to what, files of one's own data, erasures and what proves them."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from bot.store.tables import metadata, moment

#: What somebody was asked, and decided. A change of mind is a row of its own; the newest of a purpose counts.
consent = Table(
    "consent",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    #: words: to keep what is written; call: to be called by staff.
    Column("purpose", String(8), nullable=False),
    #: Of the notice; 0 for conversations of before there was one.
    Column("version", Integer, nullable=False),
    Column("language", String(8), nullable=False),
    #: shown, agreed, refused; before: nobody had asked yet.
    Column("decision", String(8), nullable=False),
    moment("decided_at"),
    moment("withdrawn_at", nullable=True),
    Index("consent_of", "conversation_id", "purpose"),
)

#: A wish to be forgotten. It names nobody: once it is done, only times and counts are left.
erasure = Table(
    "erasure",
    metadata,
    Column("id", Integer, primary_key=True),
    #: By which its owner asks how it stands; nobody can guess it.
    Column("code", String(16), nullable=False, unique=True),
    #: asked → confirmed → done; dropped.
    Column("status", String(12), nullable=False, server_default="asked"),
    #: citizen, or command.
    Column("asked_by", String(8), nullable=False, server_default="citizen"),
    #: JSON: table → rows; grows with each step.
    Column("counts", Text, nullable=False, server_default="{}"),
    moment("asked_at"),
    moment("confirmed_at", nullable=True),
    moment("done_at", nullable=True),
    Index("erasure_status", "status"),
)

#: Whom an erasure is about, as long as it is not done.
erasure_conversation = Table(
    "erasure_conversation",
    metadata,
    Column("erasure_id", ForeignKey("erasure.id"), primary_key=True),
    Column("conversation_id", ForeignKey("conversation.id"), primary_key=True),
    Index("erasure_of_conversation", "conversation_id"),
)

#: A file of somebody's own data. It is made anew each time it is opened, so that no copy lies about.
data_export = Table(
    "data_export",
    metadata,
    Column("id", Integer, primary_key=True),
    #: SHA-256 of the token in its link.
    Column("digest", String(64), nullable=False, unique=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    moment("expires_at"),
    moment("created_at"),
    Index("data_export_of", "conversation_id"),
)
