from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cast import FakeClock
from tests.seeding import CHEAP, PASSWORD, Cast, seed
from widget_server.app import create_app
from widget_server.house import House, build
from widget_server.settings import load_settings


@pytest.fixture
def house(database_url: str, tmp_path: Path, clock: FakeClock) -> House:
    settings = load_settings({}, database_url=database_url, data_dir=str(tmp_path))
    made = build(settings, clock, CHEAP)
    yield made
    made.storage.close()


@pytest.fixture
def app(house: House) -> Flask:
    return create_app(house)


@pytest.fixture
def cast(house: House) -> Cast:
    return seed(house)


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
