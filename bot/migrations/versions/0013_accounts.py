"""Second factor, one-time links, tries that missed, sign-in of the province.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def _staff(name: str = "staff_id", **options: bool) -> sa.Column:
    return sa.Column(name, sa.Integer, sa.ForeignKey("staff.id"), **options)


def _moment(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """New tables alone: whoever is signed in stays so, but admins, who set up a second factor at the next sign-in."""
    op.create_table(
        "second_factor",
        _staff(primary_key=True),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("last_step", sa.Integer, nullable=False),
        _moment("created_at"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("digest", sa.String(64), primary_key=True),
        _staff(nullable=False),
        _moment("used_at", nullable=True),
    )
    op.create_index("recovery_code_of", "recovery_code", ["staff_id"])
    op.create_table(
        "one_time_link",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("purpose", sa.String(12), nullable=False),
        _staff(),
        _staff("made_by"),
        _moment("created_at"),
        _moment("expires_at"),
        _moment("used_at", nullable=True),
    )
    op.create_index("one_time_link_of", "one_time_link", ["staff_id"])
    op.create_table(
        "sign_in_miss",
        _staff(primary_key=True),
        sa.Column("source", sa.String(40), primary_key=True),
        sa.Column("misses", sa.Integer, nullable=False),
        _moment("locked_until", nullable=True),
        _moment("missed_at"),
    )
    op.create_table(
        "province_account",
        _staff(primary_key=True),
        sa.Column("email", sa.String(160), nullable=False, unique=True),
        sa.Column("issuer", sa.String(200)),
        sa.Column("subject", sa.String(255)),
        _moment("bound_at", nullable=True),
    )
    op.create_index("province_account_once", "province_account", ["issuer", "subject"], unique=True)


def downgrade() -> None:
    """Forgets second factors, links that are open, and whom the province's sign-in knows."""
    for table in ("province_account", "sign_in_miss", "one_time_link", "recovery_code", "second_factor"):
        op.drop_table(table)
