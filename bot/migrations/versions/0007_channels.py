"""Channels: media, parts of messages, windows, tokens, pauses, keys, joined conversations.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def _moment(name, nullable=False):
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


_ADDED = {
    "conversation": (
        lambda: sa.Column("contact_name", sa.String(120)),
        lambda: sa.Column("contact_phone", sa.String(20)),
        lambda: sa.Column("person", sa.Integer),
        lambda: _moment("heard_at", nullable=True),
        lambda: sa.Column("replies_left", sa.Integer),
        lambda: _moment("left_at", nullable=True),
    ),
    "inbox": (
        lambda: sa.Column("kind", sa.String(12), nullable=False, server_default="text"),
        lambda: sa.Column("point", sa.String(48)),
        lambda: _moment("sent_at", nullable=True),
    ),
    "message": (
        lambda: sa.Column("encloses", sa.String(80), nullable=False, server_default=""),
        lambda: sa.Column("language", sa.String(8), nullable=False, server_default="vi"),
    ),
    "outbox": (
        lambda: sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        lambda: _moment("since", nullable=True),
        lambda: sa.Column("doubts", sa.Integer, nullable=False, server_default="0"),
        lambda: sa.Column("deaths", sa.Integer, nullable=False, server_default="0"),
        lambda: sa.Column("may_cost", sa.Boolean, nullable=False, server_default=sa.false()),
    ),
}


def upgrade() -> None:
    for table, columns in _ADDED.items():
        for column in columns:
            op.add_column(table, column())
    # Order so far was the order of arrival.
    op.execute("UPDATE inbox SET sent_at = received_at")
    with op.batch_alter_table("inbox") as inbox:
        inbox.alter_column("sent_at", existing_type=sa.DateTime(timezone=True), nullable=False)
    op.execute("UPDATE outbox SET since = try_at")
    with op.batch_alter_table("outbox") as outbox:
        outbox.alter_column("since", existing_type=sa.DateTime(timezone=True), nullable=False)
    op.create_index("inbox_of_conversation", "inbox", ["conversation_id", "status"])
    op.create_index("conversation_person", "conversation", ["person"])
    op.create_table(
        "delivery",
        sa.Column("message_id", sa.Integer, sa.ForeignKey("message.id"), primary_key=True),
        sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("channel_message_id", sa.String(160), nullable=False),
        _moment("received_at", nullable=True),
        _moment("seen_at", nullable=True),
    )
    op.create_index("delivery_of", "delivery", ["channel", "channel_message_id"])
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("conversation_id", sa.Integer, sa.ForeignKey("conversation.id"), nullable=False),
        sa.Column("inbox_id", sa.Integer, sa.ForeignKey("inbox.id"), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("ref", sa.Text, nullable=False),
        sa.Column("name", sa.String(160), nullable=False, server_default=""),
        sa.Column("status", sa.String(8), nullable=False, server_default="waiting"),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        _moment("try_at"),
        sa.Column("file", sa.String(80)),
        sa.Column("mime", sa.String(80)),
        sa.Column("size", sa.Integer),
        sa.Column("error", sa.String(80)),
        _moment("created_at"),
    )
    op.create_index("attachment_waiting", "attachment", ["status", "try_at"])
    op.create_index("attachment_of", "attachment", ["conversation_id"])
    op.create_table(
        "joining",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("code", sa.String(8), nullable=False),
        sa.Column("conversation_id", sa.Integer, sa.ForeignKey("conversation.id"), nullable=False),
        sa.Column("other_id", sa.Integer, sa.ForeignKey("conversation.id")),
        sa.Column("confirmed", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("other_confirmed", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("status", sa.String(8), nullable=False, server_default="open"),
        _moment("expires_at"),
        _moment("created_at"),
    )
    op.create_index("joining_code", "joining", ["code", "status"])
    op.create_index("joining_of", "joining", ["conversation_id"])
    op.create_table(
        "channel_token",
        sa.Column("channel", sa.String(16), primary_key=True),
        sa.Column("tokens", sa.Text),
        sa.Column("previous", sa.Text),
        _moment("kept_at", nullable=True),
        _moment("taken_until", nullable=True),
    )
    op.create_table(
        "channel_pause",
        sa.Column("channel", sa.String(16), primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        _moment("until"),
        _moment("since"),
    )
    op.create_table(
        "worker",
        sa.Column("name", sa.String(80), primary_key=True),
        sa.Column("readiness", sa.String(8), nullable=False),
        _moment("seen_at"),
    )
    op.create_table(
        "api_key",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        _moment("created_at"),
        _moment("revoked_at", nullable=True),
    )


def downgrade() -> None:
    for table in ("api_key", "worker", "channel_pause", "channel_token", "joining", "attachment", "delivery"):
        op.drop_table(table)
    op.drop_index("conversation_person", "conversation")
    op.drop_index("inbox_of_conversation", "inbox")
    for table, columns in _ADDED.items():
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.drop_column(column().name)
