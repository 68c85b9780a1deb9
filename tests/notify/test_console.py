"""The page "Alerts", as owners and operators use it."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from tests.cast import FakeClock
from tests.notify.receivers import WebServer
from tests.notify.test_webpush import Subscribed
from tests.operators.browser import Browser
from tests.seeding import CHEAP, PASSWORD, Cast, seed
from widget_server.app import create_app
from widget_server.house import build
from widget_server.notify.keys import Keys
from widget_server.notify.model import Alert
from widget_server.rooms import House
from widget_server.settings import Settings
from widget_server.sites.draft import SiteDraft

TICKED = {"kinds": ["callback_missed"], "all_sites": "1", "language": "ru"}


@pytest.fixture
def house(settings: Settings, clock: FakeClock) -> Iterator[House]:
    mail = replace(settings, smtp_url="smtp://127.0.0.1:1", mail_from="alerts@okna.example")
    made = build(replace(mail, telegram_bot_token="7:x"), clock, CHEAP)
    yield made
    made.storage.close()


@pytest.fixture
def olga(app: Flask, cast: Cast) -> Browser:
    return entered(app, "olga")


@pytest.fixture
def anna(app: Flask, cast: Cast) -> Browser:
    return entered(app, "anna")


def entered(app: Flask, name: str, shop: str = "demo") -> Browser:
    browser = Browser(app)
    browser.post("/console/login", email=f"{name}@{shop}.example", password=PASSWORD)
    browser.get("/console/alerts")
    return browser


def work(house: House) -> None:
    for runner in house.runners:
        runner.run_due()


def hook(olga: Browser, web: WebServer, **fields: object) -> str:
    """Add a webhook by the page and return its id."""
    answer = olga.post("/console/alerts/new/webhook", **{"address": web.url, **TICKED, **fields})
    assert answer.status_code == 302, olga.page
    return str(answer.location.rsplit("/", 1)[1])


def alert(house: House, cast: Cast, subject: str = "cb1") -> None:
    about = Alert("callback_missed", cast.site.id, subject, house.clock.now(), {"phone": "+79123456789"})
    with house.storage.begin() as tx:
        house.notify.alerts.alert(tx, about)


def api(browser: Browser, path: str, body: object) -> int:
    return browser.client.post(path, json=body, headers={"X-CSRFToken": browser.token}).status_code


def test_the_owner_stands_there_already(olga: Browser) -> None:
    assert "olga@demo.example" in olga.page
    assert "все сайты · обо всём" in olga.page


def test_what_is_not_set_up_says_which_setting_to_write(settings: Settings, clock: FakeClock) -> None:
    bare = build(settings, clock, CHEAP)
    seed(bare)
    page = entered(create_app(bare), "olga").page
    bare.storage.close()
    assert "WIDGET_SMTP_URL=smtp://user:password@mail.example.com:587" in page
    assert "WIDGET_TELEGRAM_BOT_TOKEN=" in page
    assert "/console/alerts/new/email" not in page
    assert "/console/alerts/new/webhook" in page


def test_mail_is_added_and_changed(olga: Browser, clock: FakeClock) -> None:
    clock.forward(seconds=1)  # the list is in the order in which people were added
    quiet = {"quiet_from": "22:00", "quiet_to": "08:00", "wakes": "1"}
    answer = olga.post("/console/alerts/new/email", address="sales@okna.example", **TICKED, **quiet)
    assert answer.location == "/console/alerts"
    olga.get("/console/alerts")
    assert "все сайты · Пропущенный обратный звонок · тихо 22:00–08:00" in olga.page
    target = re.findall(r'href="/console/alerts/(\w{26})"', olga.page)[1]
    olga.get(f"/console/alerts/{target}")
    assert 'name="quiet_from" type="time" value="22:00"' in olga.page
    assert re.findall(r'name="kinds" value="(\w+)" checked', olga.page) == ["callback_missed"]
    assert olga.post(f"/console/alerts/{target}", **(TICKED | {"kinds": ["spending_cap"]})).status_code == 302


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"address": "sales"}, "Почта указана не полностью"),
        ({"address": ""}, "Заполните поле «Адрес»"),
        ({"address": "a@okna.example", "kinds": []}, "хотя бы одно событие"),
        ({"address": "a@okna.example", "all_sites": None}, "хотя бы один сайт"),
        ({"address": "a@okna.example", "quiet_from": "22:00"}, "заполните оба времени"),
        ({"address": "a@okna.example", "quiet_from": "25:00", "quiet_to": "08:00"}, "заполните оба времени"),
        ({"address": "a@okna.example", "quiet_from": "08:00", "quiet_to": "08:00"}, "различаются"),
        ({"address": "a@okna.example", "language": "xx"}, "Выберите один"),
        ({"address": "olga@demo.example"}, "Туда уже сообщаем"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(olga: Browser, fields: dict[str, object], words: str) -> None:
    sent = {name: value for name, value in (TICKED | fields).items() if value is not None}
    assert olga.post("/console/alerts/new/email", **sent).status_code == 400
    assert words in olga.page


def test_sites_of_others_are_no_choice(olga: Browser, house: House, web: WebServer) -> None:
    other = seed(house, key="other", origins=("https://other.example",))
    chosen = {name: value for name, value in TICKED.items() if name != "all_sites"}
    fields = {"address": "a@okna.example", "sites": [other.site.id]}
    assert olga.post("/console/alerts/new/email", **chosen, **fields).status_code == 400


def test_a_test_shows_what_became_of_it(olga: Browser, house: House, web: WebServer) -> None:
    web.will_say(500, "<b>no")
    target = hook(olga, web)
    address = olga.post(f"/console/alerts/{target}/test").location
    olga.get(address)
    watched = re.search(r'data-watch="(/console/api/alerts/deliveries/\w+)" data-state="pending"', olga.page)
    assert watched
    work(house)
    assert olga.client.get(watched[1]).json == {"state": "failed"}
    olga.get(address)
    assert "Проверка не дошла" in olga.page
    assert "500 &lt;b&gt;no" in olga.page


def test_the_log_says_what_was_told_and_tells_it_again(
    olga: Browser, house: House, cast: Cast, web: WebServer, clock: FakeClock
) -> None:
    hook(olga, web)
    alert(house, cast)
    work(house)
    olga.get("/console/alerts")
    clock.forward(seconds=1)
    for replay in re.findall(r'action="(/console/alerts/deliveries/\w+/replay)"', olga.page):
        assert olga.post(replay).location == "/console/alerts#log"
    work(house)
    assert len(web.received) == 2


def test_a_long_log_has_pages(olga: Browser, house: House, cast: Cast, clock: FakeClock, web: WebServer) -> None:
    hook(olga, web)
    for number in range(60):
        clock.forward(seconds=20)
        alert(house, cast, f"cb{number}")
    pages, address = [], "/console/alerts"
    while address:
        olga.get(address)
        pages.append(olga.page.count("<time "))
        older = re.search(r'href="(/console/alerts\?before=[^"#]+)', olga.page)
        address = older[1] if older else ""
    assert pages == [50, 50, 20]  # two targets, sixty alerts, each pair at the same moment


def test_who_was_removed_can_be_brought_back(olga: Browser, web: WebServer) -> None:
    target = hook(olga, web)
    olga.get(olga.post(f"/console/alerts/{target}/remove").location)
    assert f"/console/alerts/{target}/restore" in olga.page
    assert f'href="/console/alerts/{target}"' not in olga.page
    olga.post(f"/console/alerts/{target}/restore")
    olga.get("/console/alerts")
    assert f'href="/console/alerts/{target}"' in olga.page


def test_the_secret_is_shown_and_changed(olga: Browser, web: WebServer) -> None:
    target = hook(olga, web)
    olga.get(f"/console/alerts/{target}")
    old = re.search(r"whsec_[\w+/=]+", olga.page)
    olga.post(f"/console/alerts/{target}/secret")
    olga.get(f"/console/alerts/{target}")
    new = re.search(r"whsec_[\w+/=]+", olga.page)
    assert old
    assert new
    assert old[0] != new[0]


def test_a_chat_is_connected_by_a_link(olga: Browser, house: House) -> None:
    address = olga.post("/console/alerts/new/telegram", **TICKED).location
    olga.get(address)
    assert "Спрашиваем у Telegram имя бота" in olga.page
    watched = re.search(r'data-watch="([^"]+)" data-state="([^"]+)"', olga.page)
    assert watched
    assert olga.client.get(watched[1]).json == {"state": watched[2]}
    assert olga.post(f"{address}/code").location == address


def test_operators_see_their_own_browsers_only(anna: Browser, olga: Browser, web: WebServer) -> None:
    target = hook(olga, web)
    assert "olga@demo.example" not in anna.page
    assert anna.get(f"/console/alerts/{target}").status_code == 404
    for act in ("test", "remove", "restore", "open"):
        assert anna.post(f"/console/alerts/{target}/{act}").status_code == 404
    for act in ("secret", "code"):
        assert anna.post(f"/console/alerts/{target}/{act}").status_code == 403
    assert anna.get("/console/alerts/new/email").status_code == 403


def test_a_browser_is_subscribed_and_its_operator_decides(anna: Browser, web: WebServer, settings: Settings) -> None:
    browser = Subscribed(web)
    browser.endpoint = "https://push.example/1"
    assert api(anna, "/console/api/alerts/browser", browser.json()) == 200
    anna.get("/console/alerts")
    target = re.search(r'href="/console/alerts/(\w{26})"', anna.page)
    assert target
    assert '"endpoint": "https://push.example/1"' in anna.page
    anna.get(f"/console/alerts/{target[1]}")
    assert "spending_cap" not in anna.page
    assert anna.post(f"/console/alerts/{target[1]}", **(TICKED | {"kinds": ["spending_cap"]})).status_code == 400
    assert anna.post(f"/console/alerts/{target[1]}/remove").status_code == 302


def test_owners_see_whose_browser_it_is(anna: Browser, olga: Browser, web: WebServer) -> None:
    assert api(anna, "/console/api/alerts/browser", Subscribed(web).json()) == 200
    olga.get("/console/alerts")
    assert "Анна · Браузер" in olga.page


def test_other_accounts_are_not_there(olga: Browser, house: House, app: Flask, web: WebServer) -> None:
    target = hook(olga, web)
    seed(house, key="other", origins=("https://other.example",))
    eve = entered(app, "olga", "other")
    for act in ("", "/test", "/remove", "/restore", "/open", "/secret", "/code"):
        assert eve.post(f"/console/alerts/{target}{act}", **TICKED).status_code == 404
    assert eve.client.get(f"/console/api/alerts/targets/{target}").status_code == 404
    eve.get(f"/console/alerts?removed={target}&sent={target}")
    assert "127.0.0.1" not in eve.page


@pytest.mark.parametrize("query", ["?before=x", "?before=2026-01-01", "?sent=x&removed=x", "?before=9999-99-99T00:00Z"])
def test_nonsense_in_the_address_is_no_wish(olga: Browser, query: str) -> None:
    assert olga.get(f"/console/alerts{query}").status_code == 200


@pytest.mark.parametrize("body", [[], {}, {"endpoint": 7}, {"endpoint": "https://x.example", "keys": {"auth": None}}])
def test_nonsense_for_a_subscription_is_refused(anna: Browser, body: object) -> None:
    assert api(anna, "/console/api/alerts/browser", body) == 400


def test_letters_are_stopped_by_who_gets_them(app: Flask, olga: Browser, house: House, cast: Cast) -> None:
    (target,) = house.notify.targets.list_targets(cast.owner)
    link = f"/alerts/stop/{target.id}/{Keys(house.settings).stop_token(target.id)}"
    stranger = app.test_client()
    assert "Письма на olga@demo.example прекратятся" in stranger.get(link).text
    assert house.notify.targets.access_target(cast.owner, target.id).problem is None
    assert stranger.post(link, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    olga.get("/console/alerts")
    assert "Получатель отписался" in olga.page
    olga.post(f"/console/alerts/{target.id}/open")
    assert house.notify.targets.access_target(cast.owner, target.id).problem is None


@pytest.mark.parametrize("token", ["x", "", "x" * 24, "%D0%B6"])
def test_nobody_else_stops_letters(app: Flask, house: House, cast: Cast, token: str) -> None:
    (target,) = house.notify.targets.list_targets(cast.owner)
    assert app.test_client().post(f"/alerts/stop/{target.id}/{token}").status_code == 404


def test_the_service_worker_looks_after_the_console(app: Flask) -> None:
    answer = app.test_client().get("/console/service_worker.js")
    assert (answer.status_code, answer.mimetype, answer.headers["Cache-Control"]) == (
        200,
        "text/javascript",
        "no-cache",
    )


def test_several_sites_are_a_choice(olga: Browser, house: House, cast: Cast) -> None:
    house.sites.create_site(cast.owner.account_id, SiteDraft("Двери"))
    olga.get("/console/alerts/new/email")
    assert olga.page.count('name="sites"') == 2
    chosen = {name: value for name, value in TICKED.items() if name != "all_sites"}
    olga.post("/console/alerts/new/email", address="a@okna.example", sites=[cast.site.id], **chosen)
    olga.get("/console/alerts")
    assert "Окна Плюс · Пропущенный обратный звонок" in olga.page
