"""the week by e-mail

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op

from widget_server.storage import Moment

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "digest_wishes",
        sa.Column("operator_id", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["operators.id"], name=op.f("fk_digest_wishes_operator_id")),
        sa.PrimaryKeyConstraint("operator_id", name=op.f("pk_digest_wishes")),
    )
    op.create_table(
        "digests",
        sa.Column("operator_id", sa.Text(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("sent_at", Moment()),
        sa.Column("error", sa.Text()),
        sa.ForeignKeyConstraint(["operator_id"], ["operators.id"], name=op.f("fk_digests_operator_id")),
        sa.PrimaryKeyConstraint("operator_id", "week", name=op.f("pk_digests")),
    )


def downgrade() -> None:
    op.drop_table("digests")
    op.drop_table("digest_wishes")
