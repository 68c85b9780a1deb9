"""where the visitors of experiments came from

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("exposures", sa.Column("source", sa.Text()))


def downgrade() -> None:
    op.drop_column("exposures", "source")
