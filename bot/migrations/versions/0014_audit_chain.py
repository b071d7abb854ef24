"""A chain over the audit: each line holds the hash of the one before, and the database lets none be changed.

Beside it a table of what parts that run in the background say of themselves.

Revision ID: 0014
Revises: 0013
"""

import hashlib
import json
from datetime import timezone

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_AT_ONCE = 1000
_ENTRY = sa.table(
    "audit_entry",
    *(sa.column(name) for name in ("id", "staff_id", "action", "subject", "before", "after", "reason")),
    sa.column("created_at", sa.DateTime(timezone=True)),
    sa.column("previous"),
    sa.column("digest"),
)
_TOLD = ("id", "staff_id", "action", "subject", "before", "after", "reason")
#: The highest number that a checkpoint lets go.
_GONE = "(SELECT COALESCE(MAX(CAST(subject AS INTEGER)), 0) FROM audit_entry WHERE action = 'audit.checkpoint')"
_SQLITE = (
    "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry "
    "BEGIN SELECT RAISE(ABORT, 'the audit is never changed'); END",
    f"CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry WHEN OLD.id > {_GONE} "
    "BEGIN SELECT RAISE(ABORT, 'the audit is never changed'); END",
)
_POSTGRESQL = (
    f"""CREATE FUNCTION audit_entry_kept() RETURNS trigger AS $$
    BEGIN
        IF TG_OP = 'DELETE' AND OLD.id <= {_GONE} THEN RETURN OLD; END IF;
        RAISE EXCEPTION 'the audit is never changed';
    END $$ LANGUAGE plpgsql""",
    "CREATE TRIGGER audit_entry_kept BEFORE UPDATE OR DELETE ON audit_entry "
    "FOR EACH ROW EXECUTE FUNCTION audit_entry_kept()",
    "CREATE TRIGGER audit_entry_not_emptied BEFORE TRUNCATE ON audit_entry "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_kept()",
)


def upgrade() -> None:
    """Chains what is there, a thousand lines at a time."""
    for name in ("previous", "digest"):
        op.add_column("audit_entry", sa.Column(name, sa.String(64), nullable=False, server_default=""))
    _chain(op.get_bind())
    op.create_index("audit_entry_action", "audit_entry", ["action", "id"])
    op.create_index("audit_entry_digest", "audit_entry", ["digest"])
    for statement in _POSTGRESQL if _on_postgresql() else _SQLITE:
        op.execute(statement)
    op.create_table(
        "sign_of_life",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", sa.Text, nullable=False, server_default="{}"),
    )


def downgrade() -> None:
    """The lines stay, the chain goes."""
    op.drop_table("sign_of_life")
    if _on_postgresql():
        op.execute("DROP TRIGGER audit_entry_kept ON audit_entry")
        op.execute("DROP TRIGGER audit_entry_not_emptied ON audit_entry")
        op.execute("DROP FUNCTION audit_entry_kept()")
        # Before, the database gave out the numbers.
        op.execute(
            "SELECT setval(pg_get_serial_sequence('audit_entry', 'id'), (SELECT MAX(id) FROM audit_entry)) "
            "FROM audit_entry LIMIT 1"
        )
    else:
        op.execute("DROP TRIGGER audit_entry_no_update")
        op.execute("DROP TRIGGER audit_entry_no_delete")
    for name in ("audit_entry_action", "audit_entry_digest"):
        op.drop_index(name, "audit_entry")
    with op.batch_alter_table("audit_entry") as table:
        table.drop_column("previous")
        table.drop_column("digest")


def _on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _chain(connection) -> None:
    last, previous = 0, "0" * 64
    while True:
        batch = sa.select(_ENTRY).where(_ENTRY.c.id > last).order_by(_ENTRY.c.id).limit(_AT_ONCE)
        rows = connection.execute(batch).mappings().all()
        for row in rows:
            digest = _digest(row, previous)
            mine = sa.update(_ENTRY).where(_ENTRY.c.id == row["id"])
            connection.execute(mine.values(previous=previous, digest=digest))
            last, previous = row["id"], digest
        if len(rows) < _AT_ONCE:
            return


def _digest(row, previous: str) -> str:
    """As bot.audit.writing writes it at this revision."""
    at = row["created_at"]
    at = at.astimezone(timezone.utc) if at.tzinfo else at.replace(tzinfo=timezone.utc)
    told = {**{name: row[name] for name in _TOLD}, "at": at.isoformat(timespec="microseconds")}
    canonical = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{canonical}".encode()).hexdigest()
