"""What only one process of the installation does at a time."""

from __future__ import annotations

from sqlalchemy import Column, String, Table

from bot.store.tables import metadata, moment

#: Who does it, and until when nobody else may begin.
lease = Table(
    "lease",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("holder", String(80), nullable=False),
    moment("until_at"),
)
