"""Calls that the visitor or the caller begins, and where operators answer."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.add_column(sa.Column("first", sa.Text(), nullable=False, server_default="operator"))
        batch_op.add_column(sa.Column("dialled", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("visitor_answered_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("reference", sa.Text(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_calls_reference"), ["reference"])
        batch_op.create_index("ix_calls_phone", ["phone", "started_at"], unique=False)
    with op.batch_alter_table("operators", schema=None) as batch_op:
        batch_op.add_column(sa.Column("device", sa.Text(), nullable=False, server_default="console"))
        batch_op.add_column(sa.Column("device_address", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )


def downgrade() -> None:
    op.drop_table("leases")
    with op.batch_alter_table("operators", schema=None) as batch_op:
        batch_op.drop_column("device_address")
        batch_op.drop_column("device")
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.drop_index("ix_calls_phone")
        batch_op.drop_constraint(batch_op.f("uq_calls_reference"), type_="unique")
        batch_op.drop_column("reference")
        batch_op.drop_column("visitor_answered_at")
        batch_op.drop_column("dialled")
        batch_op.drop_column("first")
