"""experiments put away

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

from widget_server.storage import Moment

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("experiments") as table:
        table.add_column(sa.Column("archived_at", Moment(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("experiments") as table:
        table.drop_column("archived_at")
