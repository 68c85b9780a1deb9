"""Experiments, exposures and acts."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "acts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("visitor_id", sa.Text(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acts")),
    )
    with op.batch_alter_table("acts", schema=None) as batch_op:
        batch_op.create_index("ix_acts_site_id_metric_at", ["site_id", "metric", "at"], unique=False)
        batch_op.create_index(
            "ix_acts_site_id_visitor_id_metric_at", ["site_id", "visitor_id", "metric", "at"], unique=False
        )
    op.create_table(
        "experiments",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("levers", sa.JSON(), nullable=False),
        sa.Column("variants", sa.JSON(), nullable=False),
        sa.Column("coverage", sa.Float(), nullable=False),
        sa.Column("planned_days", sa.Integer(), nullable=False),
        sa.Column("planned_visitors", sa.Integer(), nullable=True),
        sa.Column("baseline", sa.Float(), nullable=True),
        sa.Column("daily_visitors", sa.Float(), nullable=True),
        sa.Column("hoped_lift", sa.Float(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_experiments_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experiments")),
        sa.UniqueConstraint("site_id", "key", name=op.f("uq_experiments_site_id_key")),
    )
    with op.batch_alter_table("experiments", schema=None) as batch_op:
        batch_op.create_index("ix_experiments_site_id_state", ["site_id", "state"], unique=False)
    op.create_table(
        "experiment_log",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("experiment_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("operator_id", sa.Text(), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["experiment_id"], ["experiments.id"], name=op.f("fk_experiment_log_experiment_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_experiment_log")),
    )
    with op.batch_alter_table("experiment_log", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_experiment_log_experiment_id"), ["experiment_id"], unique=False)
    op.create_table(
        "exposures",
        sa.Column("experiment_id", sa.Text(), nullable=False),
        sa.Column("visitor_id", sa.Text(), nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device", sa.Text(), nullable=True),
        sa.Column("is_bot", sa.Boolean(), nullable=False),
        sa.Column("crossed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["experiment_id"], ["experiments.id"], name=op.f("fk_exposures_experiment_id")),
        sa.PrimaryKeyConstraint("experiment_id", "visitor_id", name=op.f("pk_exposures")),
    )


def downgrade() -> None:
    op.drop_table("exposures")
    with op.batch_alter_table("experiment_log", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_experiment_log_experiment_id"))
    op.drop_table("experiment_log")
    with op.batch_alter_table("experiments", schema=None) as batch_op:
        batch_op.drop_index("ix_experiments_site_id_state")
    op.drop_table("experiments")
    with op.batch_alter_table("acts", schema=None) as batch_op:
        batch_op.drop_index("ix_acts_site_id_visitor_id_metric_at")
        batch_op.drop_index("ix_acts_site_id_metric_at")
    op.drop_table("acts")
