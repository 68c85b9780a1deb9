"""invitations: which rule an event is about

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("beacon_events", sa.Column("rule_id", sa.Text()))


def downgrade() -> None:
    op.drop_column("beacon_events", "rule_id")
