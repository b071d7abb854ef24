"""Tables of what channels need beside messages: media, joined conversations, tokens, pauses, keys."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, false

from bot.store.tables import metadata, moment

#: A photo, file or recording that a citizen sent.
attachment = Table(
    "attachment",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    Column("inbox_id", ForeignKey("inbox.id"), nullable=False),
    Column("channel", String(16), nullable=False),
    #: bot.conversation.Kind.
    Column("kind", String(12), nullable=False),
    #: bot.conversation.Attachment.ref.
    Column("ref", Text, nullable=False),
    #: As the citizen's telephone calls it; never used as a path.
    Column("name", String(160), nullable=False, server_default=""),
    #: waiting → fetching → kept; refused (type, size) or lost, with a reason.
    Column("status", String(8), nullable=False, server_default="waiting"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    moment("try_at"),
    #: File name under the media folder.
    Column("file", String(80)),
    Column("mime", String(80)),
    #: Bytes.
    Column("size", Integer),
    Column("error", String(80)),
    moment("created_at"),
    Index("attachment_waiting", "status", "try_at"),
    Index("attachment_of", "conversation_id"),
)

#: A code by which one person joins two conversations.
joining = Table(
    "joining",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String(8), nullable=False),
    #: Who asked for the code; who typed it in elsewhere.
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    Column("other_id", ForeignKey("conversation.id")),
    Column("confirmed", Boolean, nullable=False, server_default=false()),
    Column("other_confirmed", Boolean, nullable=False, server_default=false()),
    #: open → met → joined; refused. "wrong": a code that nobody has, counted against guessing.
    Column("status", String(8), nullable=False, server_default="open"),
    moment("expires_at"),
    moment("created_at"),
    Index("joining_code", "code", "status"),
    Index("joining_of", "conversation_id"),
)

#: By what a provider knows us; encrypted with the secret key of the installation.
channel_token = Table(
    "channel_token",
    metadata,
    Column("channel", String(16), primary_key=True),
    #: bot.channels.port.Tokens, and the pair before for rescue; empty before the first login.
    Column("tokens", Text),
    Column("previous", Text),
    moment("kept_at", nullable=True),
    #: Until then one process refreshes.
    moment("taken_until", nullable=True),
)

#: A channel that sends nothing for a while.
channel_pause = Table(
    "channel_pause",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("reason", Text, nullable=False),
    moment("until"),
    moment("since"),
)

#: A program that may use /api/v1.
api_key = Table(
    "api_key",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(80), nullable=False),
    #: SHA-256 of the key, which nobody keeps.
    Column("digest", String(64), nullable=False, unique=True),
    moment("created_at"),
    moment("revoked_at", nullable=True),
)
