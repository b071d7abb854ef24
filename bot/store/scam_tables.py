"""Tables against those who pass themselves off as us: what people showed us, and codes that prove who speaks."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from bot.store.tables import metadata, moment

#: A citizen showed us a link that is not ours, or told of somebody who wanted a code or money.
scam_report = Table(
    "scam_report",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    Column("inbox_id", ForeignKey("inbox.id"), nullable=False),
    #: Of the link, in small letters; empty where there was none.
    Column("host", String(253), nullable=False, server_default=""),
    #: bot.scam.links.Look, or "told" where there was no link.
    Column("look", String(12), nullable=False),
    #: What was written, masked.
    Column("text", Text, nullable=False),
    #: Who of the staff has seen to it.
    Column("staff_id", ForeignKey("staff.id")),
    moment("handled_at", nullable=True),
    moment("created_at"),
    UniqueConstraint("inbox_id", "host"),
    Index("scam_report_open", "handled_at", "id"),
    Index("scam_report_host", "host"),
)

#: A code that the official page knows for some minutes.
scam_code = Table(
    "scam_code",
    metadata,
    Column("id", Integer, primary_key=True),
    #: HMAC of the code with the installation's secret: whoever reads the table learns no code.
    Column("digest", String(64), nullable=False, unique=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False),
    #: Who of the staff made it; empty for the bot.
    Column("staff_id", ForeignKey("staff.id")),
    moment("created_at"),
    moment("expires_at"),
    Index("scam_code_expires", "expires_at"),
    Index("scam_code_of", "conversation_id", "created_at"),
)
