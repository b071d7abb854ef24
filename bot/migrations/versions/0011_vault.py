"""Personal data that staff need, encrypted: what messages held, and names and telephone numbers.

What is there already stays clear until `motcua privacy seal`: a migration has no key.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

#: A token is longer than what it seals.
_LENGTHS = {"contact_name": 120, "contact_phone": 20}


def _retype(name: str, kind: sa.types.TypeEngine, before: sa.types.TypeEngine) -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("conversation", name, type_=kind, existing_type=before)
        return
    # SQLite would have to build the table anew, which half of the others point to.
    op.add_column("conversation", sa.Column(f"{name}_", kind))
    op.execute(f"UPDATE conversation SET {name}_ = {name}")
    op.execute(f"ALTER TABLE conversation DROP COLUMN {name}")
    op.execute(f"ALTER TABLE conversation RENAME COLUMN {name}_ TO {name}")


def upgrade() -> None:
    op.create_table(
        "sealed",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("conversation_id", sa.Integer, sa.ForeignKey("conversation.id"), nullable=False),
        sa.Column("inbox_id", sa.Integer, sa.ForeignKey("inbox.id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("sealed_once", "sealed", ["inbox_id", "position"], unique=True)
    op.create_index("sealed_of", "sealed", ["conversation_id"])
    op.create_index("sealed_at", "sealed", ["created_at"])
    for name, length in _LENGTHS.items():
        _retype(name, sa.Text(), sa.String(length))


def downgrade() -> None:
    """What is sealed is lost to a program that has no key for it: names and numbers that are tokens go."""
    op.execute("UPDATE conversation SET contact_name = NULL WHERE length(contact_name) > 99")
    op.execute("UPDATE conversation SET contact_phone = NULL WHERE length(contact_phone) > 20")
    for name, length in _LENGTHS.items():
        _retype(name, sa.String(length), sa.Text())
    op.drop_table("sealed")
