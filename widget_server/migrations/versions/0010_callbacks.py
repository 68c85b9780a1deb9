"""Departments and retries."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("callbacks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("department", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("task_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.add_column(sa.Column("department", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.drop_column("department")
    with op.batch_alter_table("callbacks", schema=None) as batch_op:
        batch_op.drop_column("task_at")
        batch_op.drop_column("department")
