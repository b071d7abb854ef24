"""What only one process of the installation does at a time.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
#: A program of the revision before may go on over this one: bot.store.schema.
additive = True


def upgrade() -> None:
    """Adds a table that a program of before does not know."""
    op.create_table(
        "lease",
        sa.Column("name", sa.String(60), primary_key=True),
        sa.Column("holder", sa.String(80), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Whoever holds one holds nothing."""
    op.drop_table("lease")
