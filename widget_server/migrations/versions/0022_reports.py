"""Counted days."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

COUNTS = (
    "visitors", "views", "taps", "chats", "callbacks", "calls", "inbound", "talked", "missed", "unreached", "short",
    "middle", "long",
)


def upgrade() -> None:
    op.create_table(
        "day_figures",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("dimension", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.Column("talk_seconds", sa.BigInteger(), nullable=False),
        sa.Column("wait_seconds", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_day_figures_site_id")),
        sa.PrimaryKeyConstraint("site_id", "dimension", "day", "key", name=op.f("pk_day_figures")),
    )
    op.create_table(
        "counted_days",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_counted_days_site_id")),
        sa.PrimaryKeyConstraint("site_id", "day", name=op.f("pk_counted_days")),
    )


def downgrade() -> None:
    op.drop_table("counted_days")
    op.drop_table("day_figures")
