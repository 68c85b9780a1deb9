"""A conversation is one log of entries of several kinds."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.Text(), nullable=False, server_default="text"))
        batch_op.add_column(sa.Column("data", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("said_seq", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE conversations SET said_seq = last_seq")
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.alter_column("kind", server_default=None)
        batch_op.alter_column("data", server_default=None)
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.alter_column("said_seq", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.drop_column("said_seq")
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_column("data")
        batch_op.drop_column("kind")
