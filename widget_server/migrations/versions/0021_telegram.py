"""Conversations in Telegram, the messages there, and operators who answer there."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "telegram_topics",
        sa.Column("target_id", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("chat_id", sa.Text(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("sent_seq", sa.Integer(), nullable=False),
        sa.Column("busy_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["target_id"], ["alert_targets.id"], name=op.f("fk_telegram_topics_target_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_telegram_topics_conversation_id")),
        sa.PrimaryKeyConstraint("target_id", "conversation_id", name=op.f("pk_telegram_topics")),
    )
    op.create_index("ix_telegram_topics_thread", "telegram_topics", ["chat_id", "thread_id"], unique=False)
    op.create_table(
        "telegram_posts",
        sa.Column("chat_id", sa.Text(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_telegram_posts_conversation_id")),
        sa.PrimaryKeyConstraint("chat_id", "message_id", name=op.f("pk_telegram_posts")),
    )
    op.create_index("ix_telegram_posts_entry", "telegram_posts", ["conversation_id", "seq"], unique=False)
    op.create_table(
        "telegram_links",
        sa.Column("operator_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("user_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["operators.id"], name=op.f("fk_telegram_links_operator_id")),
        sa.PrimaryKeyConstraint("operator_id", name=op.f("pk_telegram_links")),
        sa.UniqueConstraint("code", name=op.f("uq_telegram_links_code")),
        sa.UniqueConstraint("user_id", name=op.f("uq_telegram_links_user_id")),
    )


def downgrade() -> None:
    op.drop_table("telegram_links")
    op.drop_table("telegram_posts")
    op.drop_table("telegram_topics")
