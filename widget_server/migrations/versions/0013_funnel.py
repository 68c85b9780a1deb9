"""Leads, contacts, orders, plans; orders that are taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "funnel_benchmarks",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_funnel_benchmarks_site_id")),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_funnel_benchmarks")),
    )
    op.create_table(
        "funnel_goals",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("operator_id", sa.Text(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("per_day", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_funnel_goals_site_id")),
        sa.PrimaryKeyConstraint("site_id", "operator_id", "indicator", name=op.f("pk_funnel_goals")),
    )
    op.create_table(
        "funnel_stages",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("chain", sa.JSON(), nullable=True),
        sa.Column("norm", sa.Float(), nullable=False),
        sa.Column("age_days", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_funnel_stages_site_id")),
        sa.PrimaryKeyConstraint("site_id", "key", name=op.f("pk_funnel_stages")),
    )
    op.create_table(
        "lead_imports",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("operator_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_lead_imports_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_imports")),
    )
    with op.batch_alter_table("lead_imports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lead_imports_site_id"), ["site_id"], unique=False)

    op.create_table(
        "leads",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("root_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("stage_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("warmth", sa.Text(), nullable=False),
        sa.Column("source", sa.JSON(), nullable=False),
        sa.Column("source_word", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_step", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_leads_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leads")),
    )
    with op.batch_alter_table("leads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_leads_root_id"), ["root_id"], unique=False)
        batch_op.create_index("ix_leads_site_id_created_at", ["site_id", "created_at"], unique=False)
        batch_op.create_index("ix_leads_site_id_state_stage", ["site_id", "state", "stage"], unique=False)

    op.create_table(
        "contacts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("operator_id", sa.Text(), nullable=True),
        sa.Column("visitor_id", sa.Text(), nullable=True),
        sa.Column("ref", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("productive_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_contacts_lead_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("site_id", "cause", name=op.f("uq_contacts_site_id_cause")),
    )
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.create_index("ix_contacts_lead_id_at", ["lead_id", "at"], unique=False)
        batch_op.create_index("ix_contacts_site_id_productive_at", ["site_id", "productive_at"], unique=False)

    op.create_table(
        "lead_keys",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_lead_keys_lead_id")),
        sa.PrimaryKeyConstraint("site_id", "kind", "value", name=op.f("pk_lead_keys")),
    )
    with op.batch_alter_table("lead_keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lead_keys_lead_id"), ["lead_id"], unique=False)

    op.create_table(
        "lead_merges",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("kept_id", sa.Text(), nullable=False),
        sa.Column("gone_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("operator_id", sa.Text(), nullable=True),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["gone_id"], ["leads.id"], name=op.f("fk_lead_merges_gone_id")),
        sa.ForeignKeyConstraint(["kept_id"], ["leads.id"], name=op.f("fk_lead_merges_kept_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_merges")),
    )
    with op.batch_alter_table("lead_merges", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lead_merges_gone_id"), ["gone_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lead_merges_kept_id"), ["kept_id"], unique=False)

    op.create_table(
        "lead_moves",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("was", sa.Text(), nullable=False),
        sa.Column("now", sa.Text(), nullable=False),
        sa.Column("forward", sa.Boolean(), nullable=False),
        sa.Column("operator_id", sa.Text(), nullable=True),
        sa.Column("contact_id", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_lead_moves_lead_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_moves")),
    )
    with op.batch_alter_table("lead_moves", schema=None) as batch_op:
        batch_op.create_index("ix_lead_moves_lead_id_at", ["lead_id", "at"], unique=False)
        batch_op.create_index("ix_lead_moves_site_id_at", ["site_id", "at"], unique=False)

    op.create_table(
        "orders",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("operator_id", sa.Text(), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refunded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_orders_lead_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("site_id", "cause", name=op.f("uq_orders_site_id_cause")),
    )
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_orders_lead_id"), ["lead_id"], unique=False)
        batch_op.create_index("ix_orders_site_id_paid_at", ["site_id", "paid_at"], unique=False)

    with op.batch_alter_table("acts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("line_acts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("line_acts", schema=None) as batch_op:
        batch_op.drop_column("taken_back_at")

    with op.batch_alter_table("acts", schema=None) as batch_op:
        batch_op.drop_column("taken_back_at")

    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.drop_index("ix_orders_site_id_paid_at")
        batch_op.drop_index(batch_op.f("ix_orders_lead_id"))

    op.drop_table("orders")
    with op.batch_alter_table("lead_moves", schema=None) as batch_op:
        batch_op.drop_index("ix_lead_moves_site_id_at")
        batch_op.drop_index("ix_lead_moves_lead_id_at")

    op.drop_table("lead_moves")
    with op.batch_alter_table("lead_merges", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lead_merges_kept_id"))
        batch_op.drop_index(batch_op.f("ix_lead_merges_gone_id"))

    op.drop_table("lead_merges")
    with op.batch_alter_table("lead_keys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lead_keys_lead_id"))

    op.drop_table("lead_keys")
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.drop_index("ix_contacts_site_id_productive_at")
        batch_op.drop_index("ix_contacts_lead_id_at")

    op.drop_table("contacts")
    with op.batch_alter_table("leads", schema=None) as batch_op:
        batch_op.drop_index("ix_leads_site_id_state_stage")
        batch_op.drop_index("ix_leads_site_id_created_at")
        batch_op.drop_index(batch_op.f("ix_leads_root_id"))

    op.drop_table("leads")
    with op.batch_alter_table("lead_imports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lead_imports_site_id"))

    op.drop_table("lead_imports")
    op.drop_table("funnel_stages")
    op.drop_table("funnel_goals")
    op.drop_table("funnel_benchmarks")
