"""Alembic's entry: runs the revisions on the database that widget_server.schema names."""

from alembic import context
from sqlalchemy import create_engine

from widget_server.schema import all_tables


def run() -> None:
    engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "")
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=all_tables(),
            render_as_batch=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
