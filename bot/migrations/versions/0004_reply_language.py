"""The language of the replies of each turn; room for several reasons of one handover.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("turn", sa.Column("reply_language", sa.String(8), nullable=False, server_default="vi"))
    with op.batch_alter_table("handover") as handover:
        handover.alter_column("reason", type_=sa.String(120), existing_type=sa.String(32), existing_nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("handover") as handover:
        handover.alter_column("reason", type_=sa.String(32), existing_type=sa.String(120), existing_nullable=False)
    op.drop_column("turn", "reply_language")
