"""Numbers: what is left of each day once it has been counted.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_COUNTS = ("messages", "visits", "answered", "other", "refused", "unsure", "handed_over", "staff", "failed")


def upgrade() -> None:
    """Makes the tables; the keeper fills them from the first message on."""
    op.create_table(
        "number_day",
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("people", sa.LargeBinary, nullable=False),
        sa.Column("waits", sa.Text, nullable=False),
        sa.Column("last_inbox", sa.Integer, nullable=False),
        sa.Column("final", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "number_part",
        sa.Column("about", sa.String(8), primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("name", sa.String(40), primary_key=True),
        *(sa.Column(name, sa.Integer, nullable=False) for name in _COUNTS),
    )
    op.create_index("number_part_day", "number_part", ["day"])


def downgrade() -> None:
    """Forgets the counts; days whose messages are gone cannot be counted again."""
    op.drop_table("number_part")
    op.drop_table("number_day")
