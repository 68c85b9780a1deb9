"""What cloud providers were told, what they may say once, and calls to the simulated PBX."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "provider_orders",
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("leg", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("call_id", "leg", name=op.f("pk_provider_orders")),
    )
    op.create_index(op.f("ix_provider_orders_reference"), "provider_orders", ["reference"], unique=False)
    op.create_table(
        "webhook_nonces",
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("nonce", name=op.f("pk_webhook_nonces")),
    )
    op.create_index("ix_webhook_nonces_at", "webhook_nonces", ["at"], unique=False)
    with op.batch_alter_table("simulated_calls", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reference", sa.Text(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_simulated_calls_reference"), ["reference"])


def downgrade() -> None:
    with op.batch_alter_table("simulated_calls", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_simulated_calls_reference"), type_="unique")
        batch_op.drop_column("reference")
    op.drop_index("ix_webhook_nonces_at", table_name="webhook_nonces")
    op.drop_table("webhook_nonces")
    op.drop_index(op.f("ix_provider_orders_reference"), table_name="provider_orders")
    op.drop_table("provider_orders")
