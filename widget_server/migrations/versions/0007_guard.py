"""Who may be dialled."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "guard_acts",
        sa.Column("callback_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("visitor_id", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("block", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("callback_id", name="pk_guard_acts"),
    )
    op.create_index("ix_guard_acts_site", "guard_acts", ["site_id", "at"])
    op.create_index("ix_guard_acts_visitor", "guard_acts", ["visitor_id", "at"])
    op.create_index("ix_guard_acts_block", "guard_acts", ["block", "at"])
    op.create_index("ix_guard_acts_network", "guard_acts", ["network", "at"])
    op.create_table(
        "guard_blocks",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("account_id", "phone", name="pk_guard_blocks"),
    )
    op.create_table(
        "guard_alarms",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("figure", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "kind", "since", name="pk_guard_alarms"),
    )
    op.create_index("ix_guard_alarms_at", "guard_alarms", ["site_id", "at"])
    op.create_table(
        "guard_refusals",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("hour", MOMENT, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "hour", name="pk_guard_refusals"),
    )
    op.create_table(
        "guard_costs",
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("dropped", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("call_id", name="pk_guard_costs"),
    )
    op.create_index("ix_guard_costs_day", "guard_costs", ["site_id", "day"])
    op.create_index("ix_guard_costs_phone", "guard_costs", ["phone", "at"])
    op.create_table(
        "guard_pauses",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("paused_at", MOMENT, nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("day", sa.Text(), nullable=True),
        sa.Column("granted", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", name="pk_guard_pauses"),
    )


def downgrade() -> None:
    for table in ("pauses", "costs", "refusals", "alarms", "blocks", "acts"):
        op.drop_table(f"guard_{table}")
