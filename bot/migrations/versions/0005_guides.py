"""Guides, and the conversations that work on them.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "guide",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("token", sa.String(16), nullable=False, unique=True),
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "guide_conversation",
        sa.Column("guide_id", sa.Integer, sa.ForeignKey("guide.id"), primary_key=True),
        sa.Column("conversation_id", sa.Integer, sa.ForeignKey("conversation.id"), primary_key=True),
    )
    op.create_index("guide_of_conversation", "guide_conversation", ["conversation_id"])


def downgrade() -> None:
    op.drop_table("guide_conversation")
    op.drop_table("guide")
