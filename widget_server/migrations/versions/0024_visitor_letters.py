"""letters to visitors: talks and answers

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

from widget_server.storage import Moment

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visitor_letters",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("after_seq", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("sent_at", Moment()),
        sa.Column("error", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visitor_letters")),
    )
    op.create_index("ix_visitor_letters_conversation_id_kind", "visitor_letters", ["conversation_id", "kind"])
    op.create_index("ix_visitor_letters_site_id_created_at", "visitor_letters", ["site_id", "created_at"])
    op.create_index("ix_visitor_letters_address_created_at", "visitor_letters", ["address", "created_at"])


def downgrade() -> None:
    op.drop_table("visitor_letters")
