"""What parts that run in the background say of themselves."""

from __future__ import annotations

from sqlalchemy import Column, String, Table, Text

from bot.store.tables import metadata, moment

#: The last time that something was done: the keeper's look, the audit's verification.
sign_of_life = Table(
    "sign_of_life",
    metadata,
    Column("name", String(40), primary_key=True),
    moment("at"),
    #: JSON of what came of it.
    Column("data", Text, nullable=False, server_default="{}"),
)
