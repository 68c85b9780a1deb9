"""callbacks and conversations by when they began, for the counting of a day

Revision ID: 0030
Revises: 0029
"""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

INDEXES = (("callbacks", "requested_at"), ("conversations", "created_at"))


def upgrade() -> None:
    for table, column in INDEXES:
        op.create_index(f"ix_{table}_site_id_{column}", table, ["site_id", column])


def downgrade() -> None:
    for table, column in INDEXES:
        op.drop_index(f"ix_{table}_site_id_{column}", table)
