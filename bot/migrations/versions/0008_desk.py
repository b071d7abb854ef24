"""The desk: offices, staff, cases with their history, rules, canned replies, lessons, alerts.

Revision ID: 0008
Revises: 0007
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

#: The hours of government offices in general, until the province says those of its own: `motcua office hours`.
_WEEK = [*([[["07:30", "11:30"], ["13:30", "17:00"]]] * 5), [], []]


def _moment(name, nullable=False):
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


_OPEN = sa.text("status IN ('waiting', 'with_staff')")
_WAITING = sa.text("status = 'waiting'")
_CASE = (
    lambda: sa.Column("office_id", sa.Integer, sa.ForeignKey("office.id", name="handover_office_id"), nullable=False, server_default="1"),
    lambda: sa.Column("code", sa.String(16), nullable=False, server_default=""),
    lambda: sa.Column("intent", sa.String(32), nullable=False, server_default=""),
    lambda: sa.Column("language", sa.String(8), nullable=False, server_default="vi"),
    lambda: sa.Column("asks", sa.String(8), nullable=False, server_default=""),
    lambda: sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id", name="handover_staff_id")),
    lambda: _moment("claimed_at", nullable=True),
    lambda: _moment("waits_since", nullable=True),
    lambda: _moment("due_at", nullable=True),
    lambda: sa.Column("stage", sa.Integer, nullable=False, server_default="0"),
    lambda: _moment("first_reply_at", nullable=True),
    lambda: _moment("replied_at", nullable=True),
    lambda: sa.Column("version", sa.Integer, nullable=False, server_default="0"),
    lambda: _moment("closed_at", nullable=True),
    lambda: sa.Column("outcome", sa.String(16), nullable=False, server_default=""),
    lambda: _moment("told_at", nullable=True),
    lambda: sa.Column("rating", sa.Integer),
    lambda: sa.Column("rating_words", sa.Text, nullable=False, server_default=""),
)


def upgrade() -> None:
    op.create_table(
        "office",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("place", sa.String(5), nullable=False, server_default=""),
        sa.Column("name", sa.String(160), nullable=False, server_default=""),
        sa.Column("hours", sa.Text, nullable=False),
        sa.Column("promise", sa.Integer, nullable=False, server_default="60"),
        _moment("ended_at", nullable=True),
    )
    op.create_index("office_once", "office", ["kind", "place"], unique=True)
    op.create_table(
        "special_day",
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("open", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("login", sa.String(40), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("password", sa.String(200), nullable=False),
        sa.Column("role", sa.String(8), nullable=False),
        sa.Column("office_id", sa.Integer, sa.ForeignKey("office.id"), nullable=False),
        sa.Column("languages", sa.String(80), nullable=False, server_default="vi"),
        sa.Column("email", sa.String(160), nullable=False, server_default=""),
        sa.Column("conversation_id", sa.Integer, sa.ForeignKey("conversation.id")),
        sa.Column("alerts", sa.String(20), nullable=False, server_default=""),
        sa.Column("locale", sa.String(2), nullable=False, server_default="vi"),
        sa.Column("sound", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("on_duty", sa.Boolean, nullable=False, server_default=sa.true()),
        _moment("seen_at", nullable=True),
        sa.Column("epoch", sa.Integer, nullable=False, server_default="0"),
        sa.Column("misses", sa.Integer, nullable=False, server_default="0"),
        _moment("locked_until", nullable=True),
        _moment("ended_at", nullable=True),
        _moment("created_at"),
        sa.UniqueConstraint("login"),
    )
    op.create_table(
        "handover_event",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("handover_id", sa.Integer, sa.ForeignKey("handover.id"), nullable=False),
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id")),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("text", sa.Text, nullable=False, server_default=""),
        sa.Column("data", sa.Text, nullable=False, server_default="{}"),
        _moment("created_at"),
    )
    op.create_index("handover_event_of", "handover_event", ["handover_id", "id"])
    op.create_table(
        "mention",
        sa.Column("event_id", sa.Integer, sa.ForeignKey("handover_event.id"), primary_key=True),
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id"), primary_key=True),
        _moment("seen_at", nullable=True),
    )
    op.create_index("mention_of", "mention", ["staff_id", "seen_at"])
    op.create_table(
        "held_answer",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("handover_id", sa.Integer, sa.ForeignKey("handover.id"), nullable=False),
        sa.Column("inbox_id", sa.Integer, sa.ForeignKey("inbox.id"), nullable=False),
        sa.Column("replies", sa.Text, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        _moment("created_at"),
        sa.Column("decision", sa.String(8), nullable=False, server_default=""),
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id")),
        _moment("decided_at", nullable=True),
    )
    op.create_index("held_answer_of", "held_answer", ["handover_id"])
    op.create_table(
        "handover_rule",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("code", sa.String(16), nullable=False, server_default=""),
        sa.Column("field", sa.String(200), nullable=False, server_default=""),
        sa.Column("intent", sa.String(32), nullable=False, server_default=""),
        sa.Column("office_kind", sa.String(24), nullable=False, server_default=""),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("author", sa.String(120), nullable=False),
        _moment("created_at"),
        _moment("ended_at", nullable=True),
    )
    op.create_table(
        "staff_file",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("token", sa.String(32), nullable=False),
        sa.Column("name", sa.String(160), nullable=False),
        sa.Column("mime", sa.String(80), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("file", sa.String(80), nullable=False),
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id"), nullable=False),
        _moment("created_at"),
        sa.UniqueConstraint("token"),
    )
    op.create_table(
        "canned_reply",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("office_id", sa.Integer, sa.ForeignKey("office.id")),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("texts", sa.Text, nullable=False),
        sa.Column("file_id", sa.Integer, sa.ForeignKey("staff_file.id")),
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id")),
        sa.Column("used", sa.Integer, nullable=False, server_default="0"),
        _moment("created_at"),
        _moment("ended_at", nullable=True),
    )
    op.create_table(
        "lesson",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("message_id", sa.Integer, sa.ForeignKey("message.id"), nullable=False),
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("code", sa.String(16), nullable=False, server_default=""),
        sa.Column("intent", sa.String(32), nullable=False, server_default=""),
        sa.Column("note", sa.Text, nullable=False, server_default=""),
        sa.Column("status", sa.String(8), nullable=False, server_default="open"),
        _moment("created_at"),
        sa.UniqueConstraint("message_id"),
    )
    op.create_table(
        "alert",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("occasion", sa.String(80), nullable=False),
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("handover_id", sa.Integer, sa.ForeignKey("handover.id"), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("way", sa.String(8), nullable=False),
        sa.Column("status", sa.String(8), nullable=False, server_default="waiting"),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        _moment("try_at"),
        sa.Column("error", sa.String(160)),
        _moment("created_at"),
        sa.UniqueConstraint("occasion"),
    )
    op.create_index("alert_waiting", "alert", ["status", "try_at"])
    # Takes what no other desk is there for.
    centre = sa.table("office", *map(sa.column, ("kind", "hours")))
    row = {"kind": "province_centre", "hours": json.dumps(_WEEK)}
    op.execute(centre.insert().values(**row))
    # Not in a batch: SQLite would make the table anew, which others name.
    op.execute("ALTER TABLE message ADD COLUMN staff_id INTEGER REFERENCES staff (id)")
    op.add_column("message", _moment("edited_at", nullable=True))
    op.add_column("message", _moment("recalled_at", nullable=True))
    op.add_column("conversation", _moment("spam_at", nullable=True))
    _enlarge_cases()


def _enlarge_cases() -> None:
    op.drop_index("handover_one_open", "handover")
    with op.batch_alter_table("handover") as handover:
        for column in _CASE:
            handover.add_column(column())
    op.execute("UPDATE handover SET waits_since = created_at")
    op.create_index("handover_one_open", "handover", ["conversation_id"], unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_index("handover_line", "handover", ["status", "office_id", "created_at"])
    op.create_index("handover_of", "handover", ["conversation_id"])
    op.create_index("handover_owner", "handover", ["staff_id", "status"])


def downgrade() -> None:
    for table in ("alert", "lesson", "canned_reply", "staff_file", "handover_rule", "held_answer", "mention", "handover_event"):
        op.drop_table(table)
    for index in ("handover_owner", "handover_of", "handover_line", "handover_one_open"):
        op.drop_index(index, "handover")
    # What staff had taken is closed for the program of before.
    op.execute("UPDATE handover SET status = 'closed' WHERE status <> 'waiting'")
    with op.batch_alter_table("handover") as handover:
        for column in _CASE:
            handover.drop_column(column().name)
    op.create_index("handover_one_open", "handover", ["conversation_id"], unique=True, sqlite_where=_WAITING, postgresql_where=_WAITING)
    op.drop_column("conversation", "spam_at")
    for column in ("recalled_at", "edited_at"):
        op.drop_column("message", column)
    with op.batch_alter_table("message", table_kwargs={"sqlite_autoincrement": True}) as message:
        message.drop_column("staff_id")
    for table in ("staff", "special_day", "office"):
        op.drop_table(table)

