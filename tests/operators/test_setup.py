import re
from pathlib import Path

import pytest
from flask import Flask

from tests.operators.browser import Browser
from tests.operators.test_site_pages import SITE
from tests.seeding import PASSWORD
from widget_server.operators.setup_token import setup_token
from widget_server.rooms import House

PERSON = {"account": "Окна", "name": "Ольга", "email": "Olga@okna.example", "password": PASSWORD}


@pytest.fixture
def person(browser: Browser, house: House) -> dict[str, str]:
    """What the first person types, in the wizard opened by the printed link."""
    token = setup_token(house.settings)
    assert browser.get(f"/console/setup?token={token}").status_code == 200
    return {**PERSON, "token": token}


def test_empty_server_leads_to_the_wizard(browser: Browser) -> None:
    assert browser.get("/console/sites").location.startswith("/console/login")
    assert browser.get("/console/login").location == "/console/setup"


def test_wizard_goes_from_nothing_to_the_tag(browser: Browser, house: House, person: dict[str, str]) -> None:
    assert browser.post("/console/setup", **person).location == "/console/setup/site"
    assert browser.get("/console/setup/site").status_code == 200
    answer = browser.post("/console/setup/site", **SITE)
    assert answer.status_code == 302
    browser.get(answer.location)
    tag = re.search(r"src=&#34;http://localhost/widget\.js&#34; data-site=&#34;(\w+)&#34;", browser.page)
    assert tag is not None
    assert house.sites.find_by_key(tag[1]) is not None


def test_wizard_closes_behind_the_first(browser: Browser, app: Flask, person: dict[str, str]) -> None:
    browser.post("/console/setup", **person)
    second = Browser(app)
    assert second.get("/console/setup").location == "/console/"
    assert second.post("/console/setup", **{**person, "email": "eve@x.example"}).location == "/console/"
    second.post("/console/login", email="eve@x.example", password=PASSWORD)
    assert "Почта или пароль не подходят" in second.page


def test_all_mistakes_are_shown_and_nothing_is_made(browser: Browser, house: House, person: dict[str, str]) -> None:
    assert (
        browser.post("/console/setup", **{**person, "account": "", "name": "", "password": "short"}).status_code == 400
    )
    assert browser.page.count("field--bad") == 2
    browser.post("/console/setup", **{**person, "password": "short"})
    assert "Пароль слишком простой" in browser.page
    assert house.operators.is_empty()


def test_only_the_printed_link_opens_the_wizard(browser: Browser, house: House) -> None:
    token = setup_token(house.settings)
    for bad in ("", "?token=", "?token=guess", f"?token={token[:-1]}"):
        assert browser.get(f"/console/setup{bad}").status_code == 403
    assert browser.get(f"/console/setup?token={token}").status_code == 200
    assert token in browser.page


def test_posting_needs_the_token_too(browser: Browser, house: House, person: dict[str, str]) -> None:
    assert browser.post("/console/setup", **{**person, "token": "guessed"}).status_code == 403
    assert house.operators.is_empty()


def test_token_is_kept_private_and_dropped_after_use(browser: Browser, house: House, person: dict[str, str]) -> None:
    path = Path(house.settings.data_dir) / "setup-token"
    assert setup_token(house.settings) == setup_token(house.settings)
    assert path.stat().st_mode & 0o777 == 0o600
    browser.post("/console/setup", **person)
    assert not path.exists()
