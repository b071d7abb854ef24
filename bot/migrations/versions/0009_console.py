"""The admin console: edits, words, settings, banners, trainings, gaps, imports, and who did what.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def _moment(name, nullable=False):
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "procedure_edit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("base", sa.String(64), nullable=False),
        sa.Column("status", sa.String(12), nullable=False, server_default="draft"),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
        sa.Column("effective_on", sa.String(10), nullable=False, server_default=""),
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("reviewer_id", sa.Integer, sa.ForeignKey("staff.id")),
        sa.Column("review", sa.Text, nullable=False, server_default=""),
        sa.Column("gate", sa.Text, nullable=False, server_default=""),
        sa.Column("override", sa.Text, nullable=False, server_default=""),
        sa.Column("version", sa.Integer, nullable=False, server_default="0"),
        _moment("created_at"),
        _moment("changed_at"),
        _moment("sent_at", nullable=True),
        _moment("reviewed_at", nullable=True),
        _moment("published_at", nullable=True),
    )
    op.create_index("procedure_edit_code", "procedure_edit", ["code", "status"])
    op.create_index("procedure_edit_status", "procedure_edit", ["status", "effective_on"])
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id")),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("before", sa.Text, nullable=False, server_default=""),
        sa.Column("after", sa.Text, nullable=False, server_default=""),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
        _moment("created_at"),
    )
    op.create_index("audit_entry_at", "audit_entry", ["created_at"])
    op.create_index("audit_entry_subject", "audit_entry", ["subject"])
    op.create_table(
        "phrase",
        sa.Column("book", sa.String(12), primary_key=True),
        sa.Column("key", sa.String(80), primary_key=True),
        sa.Column("language", sa.String(8), primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("status", sa.String(8), nullable=False, server_default="draft"),
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("reviewer_id", sa.Integer, sa.ForeignKey("staff.id")),
        _moment("changed_at"),
        _moment("reviewed_at", nullable=True),
    )
    op.create_table(
        "phrase_voice",
        sa.Column("book", sa.String(12), primary_key=True),
        sa.Column("key", sa.String(80), primary_key=True),
        sa.Column("language", sa.String(8), primary_key=True),
        sa.Column("file_id", sa.Integer, sa.ForeignKey("staff_file.id"), nullable=False),
        sa.Column("speaker", sa.String(120), nullable=False),
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id"), nullable=False),
        _moment("created_at"),
    )
    op.create_table(
        "site_setting",
        sa.Column("name", sa.String(60), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id")),
        _moment("changed_at"),
    )
    op.create_table(
        "site_version",
        sa.Column("name", sa.String(20), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False, server_default="0"),
    )
    op.create_table(
        "banner",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("place", sa.String(5), nullable=False, server_default=""),
        sa.Column("texts", sa.Text, nullable=False),
        sa.Column("starts_on", sa.String(10), nullable=False),
        sa.Column("ends_on", sa.String(10), nullable=False),
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id"), nullable=False),
        _moment("created_at"),
        _moment("ended_at", nullable=True),
    )
    op.create_index("banner_days", "banner", ["starts_on", "ends_on"])
    op.create_table(
        "training_run",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("status", sa.String(12), nullable=False, server_default="waiting"),
        sa.Column("stage", sa.String(40), nullable=False, server_default=""),
        sa.Column("percent", sa.Integer, nullable=False, server_default="0"),
        sa.Column("model", sa.String(80), nullable=False, server_default=""),
        sa.Column("before", sa.Text, nullable=False, server_default=""),
        sa.Column("after", sa.Text, nullable=False, server_default=""),
        sa.Column("error", sa.Text, nullable=False, server_default=""),
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id")),
        _moment("start_at"),
        _moment("alive_at", nullable=True),
        _moment("finished_at", nullable=True),
        _moment("created_at"),
    )
    op.create_index("training_run_status", "training_run", ["status", "start_at"])
    op.create_table(
        "gap",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(160), nullable=False, unique=True),
        sa.Column("decision", sa.String(12), nullable=False),
        sa.Column("code", sa.String(16), nullable=False, server_default=""),
        sa.Column("intent", sa.String(32), nullable=False, server_default=""),
        sa.Column("note", sa.Text, nullable=False, server_default=""),
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id"), nullable=False),
        _moment("decided_at"),
    )
    op.create_table(
        "own_sentence",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("language", sa.String(8), nullable=False, server_default="vi"),
        sa.Column("intent", sa.String(32), nullable=False, server_default=""),
        sa.Column("code", sa.String(16), nullable=False, server_default=""),
        sa.Column("aspect", sa.String(16), nullable=False, server_default=""),
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id"), nullable=False),
        _moment("created_at"),
        _moment("ended_at", nullable=True),
    )
    op.create_table(
        "import_job",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(160), nullable=False),
        sa.Column("file", sa.String(80), nullable=False),
        sa.Column("status", sa.String(12), nullable=False, server_default="reading"),
        sa.Column("percent", sa.Integer, nullable=False, server_default="0"),
        sa.Column("found", sa.Text, nullable=False, server_default=""),
        sa.Column("choices", sa.Text, nullable=False, server_default="{}"),
        sa.Column("error", sa.Text, nullable=False, server_default=""),
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id"), nullable=False),
        _moment("created_at"),
        _moment("finished_at", nullable=True),
    )


def downgrade() -> None:
    """Forgets what was done at the console; what was published stays in the catalogue."""
    for table in (
        "import_job",
        "own_sentence",
        "gap",
        "training_run",
        "banner",
        "site_version",
        "site_setting",
        "phrase_voice",
        "phrase",
        "audit_entry",
        "procedure_edit",
    ):
        op.drop_table(table)
