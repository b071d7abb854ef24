"""The language of the replies of each turn.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("turn", sa.Column("reply_language", sa.String(8), nullable=False, server_default="vi"))


def downgrade() -> None:
    op.drop_column("turn", "reply_language")
