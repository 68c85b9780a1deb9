"""Who has a conversation, how far each side has it, its talks; whether operators take chats, are away."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("operator_got_seq", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("visitor_got_seq", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("assignee_id", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("department_id", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("mentioned", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.create_index("ix_conversations_assignee", ["assignee_id", "status"], unique=False)
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        for name in ("operator_got_seq", "visitor_got_seq", "mentioned"):
            batch_op.alter_column(name, server_default=None)
    op.create_table(
        "talks",
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name="fk_talks_conversation_id"),
        sa.PrimaryKeyConstraint("conversation_id", "asked_at", name="pk_talks"),
    )
    op.create_index("ix_talks_asked", "talks", ["site_id", "asked_at"])
    op.create_table(
        "chat_turns",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("operator_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "operator_id", name="pk_chat_turns"),
    )
    with op.batch_alter_table("operators", schema=None) as batch_op:
        batch_op.add_column(sa.Column("takes_chats", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column("away", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("active_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("operators", schema=None) as batch_op:
        for name in ("gone_at", "active_at", "away", "takes_chats"):
            batch_op.drop_column(name)
    op.drop_table("chat_turns")
    op.drop_index("ix_talks_asked", table_name="talks")
    op.drop_table("talks")
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.drop_index("ix_conversations_assignee")
        for name in ("mentioned", "assigned_at", "department_id", "assignee_id", "answered_at", "asked_at"):
            batch_op.drop_column(name)
        batch_op.drop_column("visitor_got_seq")
        batch_op.drop_column("operator_got_seq")
