"""What came of a conversation, and its letters, are found without going through those of everybody.

Revision ID: 0018
Revises: 0017
"""

from alembic import op

revision = "0018"
down_revision = "0017"
#: A program of the revision before may go on over this one: bot.store.schema.
additive = True
#: A program of the revision before may go on over this one: bot.store.schema.
additive = True


def upgrade() -> None:
    """Adds what no program needs to know of."""
    op.create_index("outbox_of_conversation", "outbox", ["conversation_id", "status"])
    op.create_index("turn_of_conversation", "turn", ["conversation_id", "inbox_id"])


def downgrade() -> None:
    """As slow as before."""
    op.drop_index("turn_of_conversation", "turn")
    op.drop_index("outbox_of_conversation", "outbox")
