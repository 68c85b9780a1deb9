"""links in letters that open a talk again

Revision ID: 0028
Revises: 0027
"""

import sqlalchemy as sa
from alembic import op

from widget_server.storage import Moment

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conversation_links",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("followed_at", Moment()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation_links")),
    )
    op.create_index("ix_conversation_links_token_hash", "conversation_links", ["token_hash"], unique=True)
    op.create_index("ix_conversation_links_conversation_id", "conversation_links", ["conversation_id"])


def downgrade() -> None:
    op.drop_table("conversation_links")
