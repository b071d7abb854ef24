"""Consent, rights and retention.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

#: Nobody had asked those who wrote before: they are asked at their next message, and keep their words until then.
_BEFORE = """
INSERT INTO consent (conversation_id, purpose, version, language, decision, decided_at)
SELECT id, 'words', 0, 'vi', 'before', created_at FROM conversation
"""


def _moment(name: str, nullable: bool = False) -> "sa.Column[sa.DateTime]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Makes the tables; conversations of before are neither agreed nor silent."""
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("conversation_id", sa.Integer, sa.ForeignKey("conversation.id"), nullable=False),
        sa.Column("purpose", sa.String(8), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("decision", sa.String(8), nullable=False),
        _moment("decided_at"),
        _moment("withdrawn_at", nullable=True),
    )
    op.create_index("consent_of", "consent", ["conversation_id", "purpose"])
    op.execute(_BEFORE)
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("code", sa.String(16), nullable=False, unique=True),
        sa.Column("status", sa.String(12), nullable=False, server_default="asked"),
        sa.Column("asked_by", sa.String(8), nullable=False, server_default="citizen"),
        sa.Column("counts", sa.Text, nullable=False, server_default="{}"),
        _moment("asked_at"),
        _moment("confirmed_at", nullable=True),
        _moment("done_at", nullable=True),
    )
    op.create_index("erasure_status", "erasure", ["status"])
    op.create_table(
        "erasure_conversation",
        sa.Column("erasure_id", sa.Integer, sa.ForeignKey("erasure.id"), primary_key=True),
        sa.Column("conversation_id", sa.Integer, sa.ForeignKey("conversation.id"), primary_key=True),
    )
    op.create_index("erasure_of_conversation", "erasure_conversation", ["conversation_id"])
    op.create_table(
        "data_export",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("conversation_id", sa.Integer, sa.ForeignKey("conversation.id"), nullable=False),
        _moment("expires_at"),
        _moment("created_at"),
    )
    op.create_index("data_export_of", "data_export", ["conversation_id"])


def downgrade() -> None:
    """Forgets who agreed, and which erasures were done."""
    for table in ("data_export", "erasure_conversation", "erasure", "consent"):
        op.drop_table(table)
