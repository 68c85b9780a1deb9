"""Tracking numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("numbers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("use", sa.Text(), nullable=False, server_default="shown"))
        batch_op.add_column(sa.Column("source", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("department", sa.Text(), nullable=True))
        batch_op.create_index(
            "uq_numbers_tracking",
            ["e164"],
            unique=True,
            sqlite_where=sa.text("use != 'shown'"),
            postgresql_where=sa.text("use != 'shown'"),
        )
    op.create_table(
        "tracking_rules",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("hold_minutes", sa.Integer(), nullable=False),
        sa.Column("match_minutes", sa.Integer(), nullable=False),
        sa.Column("target_seconds", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_tracking_rules_site_id")),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_tracking_rules")),
    )
    op.create_table(
        "callers",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callers")),
        sa.UniqueConstraint("site_id", "phone", name=op.f("uq_callers_site_id_phone")),
    )
    _create_inbound_calls()
    _create_pool()
    _create_lines()


def _create_inbound_calls() -> None:
    op.create_table(
        "inbound_calls",
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("number_id", sa.Text(), nullable=False),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("source", sa.JSON(), nullable=True),
        sa.Column("caller_id", sa.Text(), nullable=True),
        sa.Column("visitor_id", sa.Text(), nullable=True),
        sa.Column("match", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("needs_person", sa.Boolean(), nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("return_call_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_inbound_calls_call_id")),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_inbound_calls")),
    )
    with op.batch_alter_table("inbound_calls", schema=None) as batch_op:
        batch_op.create_index("ix_inbound_calls_number_id_at", ["number_id", "at"], unique=False)
        batch_op.create_index("ix_inbound_calls_site_id_at", ["site_id", "at"], unique=False)
        batch_op.create_index("ix_inbound_calls_caller_id", ["caller_id"], unique=False)
        batch_op.create_index("ix_inbound_calls_return_call_id", ["return_call_id"], unique=False)
        batch_op.create_index(
            "ix_inbound_calls_tasks",
            ["site_id"],
            unique=False,
            sqlite_where=sa.text("needs_person"),
            postgresql_where=sa.text("needs_person"),
        )


def _create_pool() -> None:
    op.create_table(
        "number_leases",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("number_id", sa.Text(), nullable=False),
        sa.Column("visitor_id", sa.Text(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("variants", sa.JSON(), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_leases")),
    )
    with op.batch_alter_table("number_leases", schema=None) as batch_op:
        batch_op.create_index("ix_number_leases_number_id_since", ["number_id", "since"], unique=False)
        batch_op.create_index(
            "ix_number_leases_site_id_visitor_id_since", ["site_id", "visitor_id", "since"], unique=False
        )
        batch_op.create_index("ix_number_leases_call_id", ["call_id"], unique=False)
    op.create_table(
        "pool_hours",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("hour", MOMENT, nullable=False),
        sa.Column("visitors", sa.Integer(), nullable=False),
        sa.Column("exhausted", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "hour", name=op.f("pk_pool_hours")),
    )


def _create_lines() -> None:
    op.create_table(
        "line_callers",
        sa.Column("experiment_id", sa.Text(), nullable=False),
        sa.Column("caller_id", sa.Text(), nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("visitor_id", sa.Text(), nullable=True),
        sa.Column("known_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["experiment_id"], ["experiments.id"], name=op.f("fk_line_callers_experiment_id")),
        sa.PrimaryKeyConstraint("experiment_id", "caller_id", name=op.f("pk_line_callers")),
    )
    with op.batch_alter_table("line_callers", schema=None) as batch_op:
        batch_op.create_index("ix_line_callers_caller_id", ["caller_id"], unique=False)
    op.create_table(
        "line_acts",
        sa.Column("experiment_id", sa.Text(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("caller_id", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("noted_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["experiment_id"], ["experiments.id"], name=op.f("fk_line_acts_experiment_id")),
        sa.PrimaryKeyConstraint("experiment_id", "metric", "call_id", name=op.f("pk_line_acts")),
    )


def downgrade() -> None:
    for table in ("line_acts", "line_callers", "pool_hours", "number_leases", "inbound_calls", "callers"):
        op.drop_table(table)
    op.drop_table("tracking_rules")
    op.execute("DELETE FROM numbers WHERE use <> 'shown'")
    with op.batch_alter_table("numbers", schema=None) as batch_op:
        batch_op.drop_index("uq_numbers_tracking")
        batch_op.drop_column("department")
        batch_op.drop_column("source")
        batch_op.drop_column("use")
