"""the CRM of a site, and which lead is which over there

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

from widget_server.storage import Moment

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "crm_connections",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("portal", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text()),
        sa.Column("stages", sa.JSON(), nullable=False),
        sa.Column("statuses", sa.JSON(), nullable=False),
        sa.Column("makes_deals", sa.Boolean(), nullable=False),
        sa.Column("tested", sa.JSON(), nullable=False),
        sa.Column("paused_until", Moment()),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("checked_at", Moment()),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_crm_connections_site_id")),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_crm_connections")),
    )
    op.create_table(
        "crm_links",
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.Column("tried_at", Moment()),
        sa.Column("remote_id", sa.Text()),
        sa.Column("matched", sa.Boolean(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("excerpt", sa.Text()),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_crm_links_lead_id")),
        sa.PrimaryKeyConstraint("lead_id", name=op.f("pk_crm_links")),
    )
    op.create_index("ix_crm_links_site_id_state_changed_at", "crm_links", ["site_id", "state", "changed_at"])


def downgrade() -> None:
    op.drop_table("crm_links")
    op.drop_table("crm_connections")
