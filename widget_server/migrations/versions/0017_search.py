"""What operators note of a visitor, and the index of everything that can be looked for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("visitors", schema=None) as batch_op:
        batch_op.add_column(sa.Column("about", sa.Text(), nullable=True))
    op.create_table(
        "search_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("operator_id", sa.Text(), nullable=True),
        sa.Column("words", postgresql.TSVECTOR().with_variant(sa.Text(), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_search_entries"),
        sa.UniqueConstraint("kind", "ref", "seq", name="uq_search_entries_kind_ref_seq"),
    )


def downgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        named = "SELECT oid::regprocedure::text FROM pg_proc WHERE proname LIKE 'search\\_%%'"
        for name in connection.exec_driver_sql(named).scalars().all():
            op.execute(f"DROP FUNCTION IF EXISTS {name} CASCADE")
    else:
        named = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'search_%'"
        for name in connection.exec_driver_sql(named).scalars().all():
            op.execute(f"DROP TRIGGER {name}")
        op.execute("DROP TABLE IF EXISTS search_words")
        op.execute("DROP TABLE IF EXISTS search_others")
    op.drop_table("search_entries")
    with op.batch_alter_table("visitors", schema=None) as batch_op:
        batch_op.drop_column("about")
