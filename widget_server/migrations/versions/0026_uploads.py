"""conversions uploaded to advertising systems

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

from widget_server.storage import Moment

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conversion_accounts",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text()),
        sa.Column("excerpt", sa.Text()),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("uploaded_at", Moment()),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_conversion_accounts_site_id")),
        sa.PrimaryKeyConstraint("site_id", "system", name=op.f("pk_conversion_accounts")),
    )
    op.create_table(
        "conversion_batches",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("tried_at", Moment()),
        sa.Column("remote_id", sa.Text()),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("excerpt", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversion_batches")),
    )
    op.create_index("ix_conversion_batches_site_id_made_at", "conversion_batches", ["site_id", "made_at"])
    op.create_table(
        "conversion_uploads",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("act_id", sa.Text(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("batch_id", sa.Text(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("words", sa.Text()),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["conversion_batches.id"], name=op.f("fk_conversion_uploads_batch_id")
        ),
        sa.PrimaryKeyConstraint("site_id", "system", "act_id", name=op.f("pk_conversion_uploads")),
    )
    op.create_index(op.f("ix_conversion_uploads_batch_id"), "conversion_uploads", ["batch_id"])


def downgrade() -> None:
    op.drop_table("conversion_uploads")
    op.drop_table("conversion_batches")
    op.drop_table("conversion_accounts")
