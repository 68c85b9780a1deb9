"""customers whom the site's page names: secrets, keys, what was verified

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

from widget_server.storage import Moment

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visitors", sa.Column("external_id", sa.Text()))
    op.add_column("visitors", sa.Column("verified", sa.JSON()))
    op.create_index("ix_visitors_site_id_external_id", "visitors", ["site_id", "external_id"], unique=True)
    op.create_table(
        "visitor_keys",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("visitor_id", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "visitor_id", "secret_hash", name=op.f("pk_visitor_keys")),
    )
    op.create_index("ix_visitor_keys_source", "visitor_keys", ["source"])
    op.create_table(
        "identity_secrets",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("until", Moment()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_secrets")),
    )
    op.create_index("ix_identity_secrets_site_id", "identity_secrets", ["site_id"])


def downgrade() -> None:
    op.drop_table("identity_secrets")
    op.drop_table("visitor_keys")
    op.drop_index("ix_visitors_site_id_external_id", "visitors")
    op.drop_column("visitors", "verified")
    op.drop_column("visitors", "external_id")
