"""Fixtures for every room: a clean database (SQLite, or what TEST_DATABASE_URL names), a still clock, the product."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic import command
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import create_engine, text

from tests.cast import FakeClock
from tests.seeding import CHEAP, PASSWORD, Cast, seed
from widget_server.app import create_app
from widget_server.house import build
from widget_server.kernel.bus import Bus
from widget_server.rooms import House
from widget_server.schema import alembic_config, all_tables
from widget_server.settings import Settings, load_settings
from widget_server.storage import Storage


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def bus() -> Bus:
    return Bus()


@pytest.fixture(scope="session")
def postgres_url() -> str | None:
    """The address of this worker's own database on the server that TEST_DATABASE_URL names."""
    url = os.environ.get("TEST_DATABASE_URL")
    if url is None:
        return None
    name = f"widget_test_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    own = url.rpartition("/")[0] + "/" + name
    command.upgrade(alembic_config(own), "head")  # the revisions themselves, as a server runs them
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


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return load_settings({}, database_url=database_url, data_dir=str(tmp_path / "var"))


@pytest.fixture
def house(settings: Settings, clock: FakeClock) -> Iterator[House]:
    made = build(settings, clock, CHEAP)
    yield made
    made.storage.close()


@pytest.fixture
def cast(house: House) -> Cast:
    return seed(house)


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates, compiled once for all the applications of these tests."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(house: House, compiled: FileSystemBytecodeCache) -> Flask:
    made = create_app(house)
    made.jinja_env.bytecode_cache = compiled
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def log_in(app: Flask) -> Callable[[str], FlaskClient]:
    """Return a browser in which this person is logged in; its unsafe requests carry the CSRF token by themselves."""

    def enter(email: str) -> FlaskClient:
        browser = app.test_client()
        page = browser.get("/console/login").get_data(as_text=True)
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        form = {"csrf_token": token, "email": email, "password": PASSWORD}
        answer = browser.post("/console/login", data=form)
        assert answer.status_code == 302, answer.get_data(as_text=True)
        shell = browser.get("/console/").get_data(as_text=True)
        browser.environ_base["HTTP_X_CSRFTOKEN"] = shell.split('"csrf": "')[1].split('"')[0]
        return browser

    return enter
