"""The catalogue keeps what it told before, where each document comes from, and what the province adds."""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'


def upgrade() -> None:
    with op.batch_alter_table('catalogue_entry', schema=None) as batch_op:
        batch_op.add_column(sa.Column('source', sa.String(length=200), server_default='', nullable=False))

    op.create_table('catalogue_past',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('layer', sa.String(length=8), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('told_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('told_until', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('catalogue_past', schema=None) as batch_op:
        batch_op.create_index('catalogue_past_code', ['code'], unique=False)

    op.create_table('catalogue_note',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('place', sa.String(length=5), nullable=False),
    sa.Column('about', sa.String(length=16), nullable=False),
    sa.Column('channel', sa.String(length=8), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('amount', sa.Integer(), nullable=True),
    sa.Column('author', sa.String(length=200), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('valid_from', sa.String(length=10), nullable=False),
    sa.Column('valid_until', sa.String(length=10), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('catalogue_note', schema=None) as batch_op:
        batch_op.create_index('catalogue_note_code', ['code'], unique=False)

    op.create_table('catalogue_office',
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('place', sa.String(length=5), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('telephone', sa.Text(), nullable=False),
    sa.Column('hours', sa.Text(), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'place')
    )


def downgrade() -> None:
    op.drop_table('catalogue_office')
    with op.batch_alter_table('catalogue_note', schema=None) as batch_op:
        batch_op.drop_index('catalogue_note_code')

    op.drop_table('catalogue_note')
    with op.batch_alter_table('catalogue_past', schema=None) as batch_op:
        batch_op.drop_index('catalogue_past_code')

    op.drop_table('catalogue_past')
    with op.batch_alter_table('catalogue_entry', schema=None) as batch_op:
        batch_op.drop_column('source')
