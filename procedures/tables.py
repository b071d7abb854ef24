"""Tables of the catalogue."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, DateTime, Integer, MetaData, String, Table, Text

metadata = MetaData()

#: One procedure as one layer tells it. Layers never overwrite each other; the catalogue lays them over one another.
catalogue_entry = Table(
    "catalogue_entry",
    metadata,
    Column("code", String(16), primary_key=True),
    Column("layer", String(8), primary_key=True),
    Column("title", Text, nullable=False),
    #: JSON of procedures.search.document, for the index; empty in rows older than the column.
    Column("facts", Text, nullable=False, server_default=""),
    Column("plain", Boolean, nullable=False),
    #: JSON of procedures.codec.
    Column("document", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
)

#: One row; the number moves with every change, and open catalogues reload.
catalogue_version = Table(
    "catalogue_version",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", Integer, nullable=False),
)
