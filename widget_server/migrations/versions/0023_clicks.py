"""clicks on advertisements that brought visitors

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

from widget_server.storage import Moment

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clicks",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("visitor_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "visitor_id", "kind", name=op.f("pk_clicks")),
    )
    op.create_index("ix_clicks_site_id_at", "clicks", ["site_id", "at"])


def downgrade() -> None:
    op.drop_table("clicks")
