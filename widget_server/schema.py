"""The database's schema: every room's tables, and the way from any older version to this one."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import MetaData, create_engine, inspect, text

import widget_server.api.store
import widget_server.audit.store
import widget_server.beacon.store
import widget_server.callbacks.guard.blocks
import widget_server.callbacks.guard.spending_store
import widget_server.callbacks.guard.store
import widget_server.callbacks.store
import widget_server.calls.providers.orders
import widget_server.calls.providers.simulated.store
import widget_server.calls.recordings
import widget_server.calls.store
import widget_server.chat.assigning
import widget_server.chat.ratings
import widget_server.chat.store
import widget_server.chat.talks
import widget_server.conversions.store
import widget_server.conversions.upload_store
import widget_server.crm.store
import widget_server.digest.store
import widget_server.files.store
import widget_server.funnel.contact_store
import widget_server.funnel.import_store
import widget_server.funnel.order_store
import widget_server.funnel.setup_store
import widget_server.funnel.store
import widget_server.identity.links
import widget_server.identity.store
import widget_server.jobs.lease
import widget_server.jobs.store
import widget_server.notify.store
import widget_server.operators.store
import widget_server.replies.store
import widget_server.reports.store
import widget_server.search.index
import widget_server.sites.store
import widget_server.tags.store
import widget_server.telegram.store
import widget_server.tracking.pool_store
import widget_server.tracking.store
import widget_server.transcripts.store
import widget_server.trials.store
import widget_server.visitors.keys
import widget_server.visitors.store  # noqa: F401  # importing a store declares its tables
from widget_server.settings import Settings, prepare_data_dir
from widget_server.storage import metadata

if TYPE_CHECKING:
    from alembic.config import Config


REVISIONS = Path(__file__).parent / "migrations" / "versions"


def all_tables() -> MetaData:
    return metadata


def alembic_config(url: str) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "widget_server:migrations")
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def upgrade(settings: Settings) -> None:
    """Bring the database to the newest schema; safe to repeat, and quick where nothing is to be done."""
    if not settings.database_url:
        prepare_data_dir(settings)
    if _revision_of(settings.database) != newest_revision():
        from alembic import command  # a quarter of a start, for something that is seldom to be done

        command.upgrade(alembic_config(settings.database), "head")


@cache
def newest_revision() -> str:
    """Return the number with which the newest file of migrations begins."""
    return max(path.name for path in REVISIONS.glob("[0-9]*.py")).partition("_")[0]


def _revision_of(url: str) -> str | None:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    finally:
        engine.dispose()
