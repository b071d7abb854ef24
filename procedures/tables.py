"""Tables of the catalogue."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, DateTime, Index, Integer, MetaData, String, Table, Text

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
    #: Name of the file, or who told it; empty in rows older than the column.
    Column("source", String(200), nullable=False, server_default=""),
    Column("changed_at", DateTime(timezone=True), nullable=False),
)

#: One row; the number moves with every change, and open catalogues reload.
catalogue_version = Table(
    "catalogue_version",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", Integer, nullable=False),
)

#: Documents that later ones took the place of, with the time (UTC) each was told: procedures.history reads them.
catalogue_past = Table(
    "catalogue_past",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String(16), nullable=False),
    Column("layer", String(8), nullable=False),
    Column("document", Text, nullable=False),
    Column("source", String(200), nullable=False),
    Column("told_from", DateTime(timezone=True), nullable=False),
    Column("told_until", DateTime(timezone=True), nullable=False),
    Index("catalogue_past_code", "code"),
)

#: What the province and its communes add. Imports never touch it, and a note is withdrawn, never deleted.
catalogue_note = Table(
    "catalogue_note",
    metadata,
    Column("id", Integer, primary_key=True),
    #: Empty: every procedure.
    Column("code", String(16), nullable=False),
    #: Empty: the whole province.
    Column("place", String(5), nullable=False),
    Column("about", String(16), nullable=False),
    #: Empty: every way to file.
    Column("channel", String(8), nullable=False),
    Column("text", Text, nullable=False),
    Column("amount", Integer),
    Column("author", String(200), nullable=False),
    Column("source", String(200), nullable=False),
    Column("noted_at", DateTime(timezone=True), nullable=False),
    Column("valid_from", String(10), nullable=False),
    Column("valid_until", String(10), nullable=False),
    Column("withdrawn_at", DateTime(timezone=True)),
    Index("catalogue_note_code", "code"),
)

#: Offices as the province describes them; a row that is not there is unknown.
catalogue_office = Table(
    "catalogue_office",
    metadata,
    Column("kind", String(24), primary_key=True),
    #: Empty: an office of the province.
    Column("place", String(5), primary_key=True),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("telephone", Text, nullable=False),
    Column("hours", Text, nullable=False),
    Column("source", String(200), nullable=False),
    Column("noted_at", DateTime(timezone=True), nullable=False),
)
