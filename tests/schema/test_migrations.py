"""The revisions lead to the schema that the code expects."""

from hashlib import sha256
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from widget_server.schema import alembic_config, all_tables, upgrade
from widget_server.search import index, postgres_index
from widget_server.settings import load_settings


def test_upgrading_an_empty_database_gives_the_schema_of_the_code(tmp_path: Path) -> None:
    settings = load_settings({}, data_dir=str(tmp_path))
    for _ in range(2):  # safe to repeat
        upgrade(settings)
    with create_engine(settings.database).connect() as connection:
        seen = {"include_name": lambda name, kind, _parents: index.is_ours(name, kind)}
        assert compare_metadata(MigrationContext.configure(connection, opts=seen), all_tables()) == []


def test_the_index_of_words_changes_with_a_revision_only(tmp_path: Path) -> None:
    """It is installed after revisions: write one, then put down here what the new triggers give."""
    with create_engine(f"sqlite:///{tmp_path / 'words.db'}").begin() as connection:
        all_tables().create_all(connection)
        made = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name LIKE 'search_%' ORDER BY name")
        own = "".join(sql or "" for (sql,) in made if "TRIGGER" in (sql or "") or "VIRTUAL" in (sql or ""))
    said = (own, postgres_index.FUNCTIONS)
    assert [sha256(one.encode()).hexdigest()[:12] for one in said] == ["338c48f2ef82", "6ce2448df341"]


def test_every_revision_goes_down_and_up_again(tmp_path: Path) -> None:
    config = alembic_config(f"sqlite:///{tmp_path / 'schema.db'}")
    for revision in ("head", "base", "head"):
        (command.downgrade if revision == "base" else command.upgrade)(config, revision)
