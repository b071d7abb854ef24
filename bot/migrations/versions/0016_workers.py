"""Several workers: whose turn it is, and what nobody waits for.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Adds what a program of before need not tell, so that both may run while one takes the other's place."""
    long_ago = "1970-01-01 00:00:00"
    op.add_column("inbox", sa.Column("fair_at", sa.DateTime(timezone=True), nullable=False, server_default=long_ago))
    op.add_column("outbox", sa.Column("later", sa.Boolean, nullable=False, server_default=sa.false()))
    op.drop_index("inbox_waiting", "inbox")
    op.create_index("inbox_waiting", "inbox", ["status", "fair_at", "id"])


def downgrade() -> None:
    """Every message in the order in which it came."""
    op.drop_index("inbox_waiting", "inbox")
    op.create_index("inbox_waiting", "inbox", ["status", "id"])
    # Not a new table in its place: others refer to its rows.
    op.execute("ALTER TABLE inbox DROP COLUMN fair_at")
    op.execute("ALTER TABLE outbox DROP COLUMN later")
