"""Look-alike links that people showed us, and codes that prove who speaks.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Two tables; nothing that was there changes."""
    op.create_table(
        "scam_report",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("conversation_id", sa.Integer, sa.ForeignKey("conversation.id"), nullable=False),
        sa.Column("inbox_id", sa.Integer, sa.ForeignKey("inbox.id"), nullable=False),
        sa.Column("host", sa.String(253), nullable=False, server_default=""),
        sa.Column("look", sa.String(12), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id")),
        sa.Column("handled_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("inbox_id", "host"),
    )
    op.create_index("scam_report_open", "scam_report", ["handled_at", "id"])
    op.create_index("scam_report_host", "scam_report", ["host"])
    op.create_table(
        "scam_code",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("conversation_id", sa.Integer, sa.ForeignKey("conversation.id"), nullable=False),
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id")),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("scam_code_expires", "scam_code", ["expires_at"])
    op.create_index("scam_code_of", "scam_code", ["conversation_id", "created_at"])


def downgrade() -> None:
    """Both go."""
    op.drop_table("scam_code")
    op.drop_table("scam_report")
