"""Fixtures for every room: a clean database (SQLite, or what TEST_DATABASE_URL names) and a still clock."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.cast import FakeClock
from widget_server.kernel.bus import Bus
from widget_server.schema import all_tables
from widget_server.storage import Storage


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def bus() -> Bus:
    return Bus()


@pytest.fixture(scope="session")
def postgres_url(worker_id: str) -> str | None:
    """The address of this worker's own database on the server that TEST_DATABASE_URL names."""
    url = os.environ.get("TEST_DATABASE_URL")
    if url is None:
        return None
    name = f"widget_test_{worker_id}"
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    own = url.rpartition("/")[0] + "/" + name
    engine = create_engine(own)
    all_tables().create_all(engine)
    engine.dispose()
    return own


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no rows, made once and copied for every test."""
    path = tmp_path_factory.mktemp("schema") / "empty.db"
    engine = create_engine(f"sqlite:///{path}")
    all_tables().create_all(engine)
    engine.dispose()
    return path


@pytest.fixture
def database_url(tmp_path: Path, empty_database: Path, postgres_url: str | None) -> Iterator[str]:
    """An empty database with all tables."""
    if postgres_url is None:
        shutil.copy(empty_database, tmp_path / "test.db")
        yield f"sqlite:///{tmp_path / 'test.db'}"
        return
    yield postgres_url
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {', '.join(table.name for table in all_tables().sorted_tables)}"))
    engine.dispose()


@pytest.fixture
def storage(database_url: str, bus: Bus) -> Iterator[Storage]:
    opened = Storage(database_url, bus)
    yield opened
    opened.close()
