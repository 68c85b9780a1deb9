import pytest
from flask import Flask

from tests.operators.browser import Browser
from tests.seeding import PASSWORD
from widget_server.operators.routes import safe_next
from widget_server.rooms import House


def test_login_leads_to_the_wanted_page(olga: Browser) -> None:
    olga.post("/console/logout")
    wanted = olga.get("/console/sites?x=1")
    assert wanted.location == "/console/login?next=/console/sites?x%3D1"
    answer = olga.post("/console/login", email="olga@okna.example", password=PASSWORD, next="/console/sites?x=1")
    assert (answer.status_code, answer.location) == (302, "/console/sites?x=1")


def test_wrong_login_keeps_the_mail_and_not_the_password(olga: Browser) -> None:
    olga.post("/console/logout")
    answer = olga.post("/console/login", email="olga@okna.example", password="canary-password")
    assert answer.status_code == 401
    assert "Почта или пароль не подходят" in olga.page
    assert "olga@okna.example" in olga.page
    assert "canary-password" not in olga.page


def test_too_many_tries_say_so(olga: Browser) -> None:
    olga.post("/console/logout")
    answers = [olga.post("/console/login", email="olga@okna.example", password="no").status_code for _ in range(6)]
    assert answers[-1] == 429
    assert "Слишком много запросов" in olga.page


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/console\n//evil.example",
     "/consolevil", "/%2f/evil.example", "http:/console/", "/console/@evil", "/console/\t", "", "/console/" + "a" * 999,
     "/console//evil.example\\@x", "\\/console/"],
)  # fmt: skip
def test_next_never_leads_away(wanted: str) -> None:
    assert safe_next(wanted) == "/console/"


def test_session_of_before_is_dead_after_login(olga: Browser, app: Flask) -> None:
    before = Browser(app)
    before.get("/console/login")
    fixed = before.client.get_cookie("console")
    assert fixed is not None
    before.post("/console/login", email="olga@okna.example", password=PASSWORD)
    stale = app.test_client()
    stale.set_cookie("console", fixed.value)
    assert stale.get("/console/sites").status_code == 302


def test_new_password_logs_other_devices_out(olga: Browser, app: Flask) -> None:
    phone = Browser(app)
    phone.post("/console/login", email="olga@okna.example", password=PASSWORD)
    assert phone.get("/console/me").status_code == 200
    answer = olga.post("/console/me", old=PASSWORD, password="another fine phrase")
    assert answer.status_code == 302
    assert olga.get("/console/me").status_code == 200
    assert phone.get("/console/me").status_code == 302


def test_wrong_old_password_is_said_at_its_field(olga: Browser) -> None:
    assert olga.post("/console/me", old="wrong", password="another fine phrase").status_code == 400
    assert "Прежний пароль не подошёл" in olga.page


def test_language_is_kept_and_leads_back(olga: Browser) -> None:
    olga.client.environ_base["HTTP_REFERER"] = "http://localhost/console/sites"
    answer = olga.post("/console/me/language", lang="en")
    assert answer.location == "/console/sites"
    olga.get("/console/sites")
    assert '<html lang="en">' in olga.page


def test_log_out_ends_session_and_presence(olga: Browser, house: House) -> None:
    assert olga.get("/console/operators").status_code == 200
    olga.post("/console/logout")
    assert olga.get("/console/operators").status_code == 302


def test_foreign_post_without_token_changes_nothing(olga: Browser) -> None:
    answer = olga.client.post("/console/me/language", data={"lang": "en"})
    assert answer.status_code == 400
