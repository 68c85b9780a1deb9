"""Alembic's entry: runs the revisions on the database that widget_server.schema names."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import create_engine

from widget_server.schema import all_tables
from widget_server.search import index
from widget_server.storage import Moment


def render_item(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Write our own column type as what it is in the database: revisions must outlive the code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


def run() -> None:
    engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "")
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=all_tables(),
            render_as_batch=True,
            render_item=render_item,
            include_name=lambda name, kind, _parents: index.is_ours(name, kind),
        )
        with context.begin_transaction():
            context.run_migrations()
            index.install(connection)
    engine.dispose()


run()
