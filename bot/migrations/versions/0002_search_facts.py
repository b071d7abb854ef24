"""The catalogue keeps what its index needs of each procedure, in every language."""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'


def upgrade() -> None:
    with op.batch_alter_table('catalogue_entry', schema=None) as batch_op:
        batch_op.add_column(sa.Column('facts', sa.Text(), server_default='', nullable=False))
        batch_op.drop_column('names')


def downgrade() -> None:
    with op.batch_alter_table('catalogue_entry', schema=None) as batch_op:
        batch_op.add_column(sa.Column('names', sa.Text(), server_default='[]', nullable=False))
        batch_op.drop_column('facts')
