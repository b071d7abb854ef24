"""Tables of numbers: what is left of each day once it has been counted. They name nobody, and outlive the messages."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, String, Table, Text, false

from bot.store.tables import metadata, moment

#: A day that has been counted.
number_day = Table(
    "number_day",
    metadata,
    #: Vietnam's, such as 2026-11-30.
    Column("day", String(10), primary_key=True),
    #: Numbers of conversations, four bytes each, by which days are put together without counting anybody twice.
    Column("people", LargeBinary, nullable=False),
    #: JSON array: messages by how long their answer took, for bot.console.counting.WAITS.
    Column("waits", Text, nullable=False),
    #: The last message of the day, or of the days before.
    Column("last_inbox", Integer, nullable=False),
    #: It is over, and is not counted again.
    Column("final", Boolean, nullable=False, server_default=false()),
    moment("counted_at"),
)

#: The messages of a day, whole and in parts.
number_part = Table(
    "number_part",
    metadata,
    #: all, channel, language, place, code.
    Column("about", String(8), primary_key=True),
    Column("day", String(10), primary_key=True),
    #: Such as telegram, zh, the five digits of a commune, the code of a procedure; empty for all, and where untold.
    Column("name", String(40), primary_key=True),
    Column("messages", Integer, nullable=False),
    #: People, each once on this day.
    Column("visits", Integer, nullable=False),
    #: bot.console.counting.CAME: what came of them.
    Column("answered", Integer, nullable=False),
    Column("other", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("unsure", Integer, nullable=False),
    Column("handed_over", Integer, nullable=False),
    Column("staff", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Index("number_part_day", "day"),
)
