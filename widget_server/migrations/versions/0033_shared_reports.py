"""reports of experiments for people without a login

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("experiments", sa.Column("shared_as", sa.Text()))
    op.create_index("ix_experiments_shared_as", "experiments", ["shared_as"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_experiments_shared_as", "experiments")
    op.drop_column("experiments", "shared_as")
