"""Alerts in a real browser: a push that Chromium shows, a test whose outcome the page shows by itself."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import WIDE, Watched
from tests.notify.receivers import WebServer, served
from tests.notify.test_webpush import Subscribed
from tests.running import RunningServer
from tests.seeding import PASSWORD, Cast
from widget_server.notify.model import Alert
from widget_server.rooms import House

# The push service of the browser's maker is out of reach here: the subscription is ours, all else is the browser's own.
OURS = """
const json = %s;
const made = { ...json, options: {}, toJSON: () => json, unsubscribe: async () => localStorage.removeItem("on") };
PushManager.prototype.subscribe = async function (options) {
  localStorage.on = new Uint8Array(options.applicationServerKey).length;
  return made;
};
PushManager.prototype.getSubscription = async () => (localStorage.on ? made : null);
"""


@pytest.fixture
def web() -> Iterator[WebServer]:
    with served(WebServer()) as running:
        yield running


@pytest.fixture
def server(house: House, cast: Cast, tmp_path: Path) -> Iterator[RunningServer]:
    running = RunningServer(tmp_path / "data", options={"WEBHOOKS_PRIVATE_NETWORKS": "true"}).start()
    yield running
    running.stop()


def shown(page: Page) -> Any:
    look = "navigator.serviceWorker.ready.then(r => r.getNotifications()).then(l => l.map(n => [n.title, n.data.path]))"
    return page.evaluate(look)


def test_a_push_is_shown_while_the_console_is_closed(
    new_context: Callable[..., BrowserContext], server: RunningServer, house: House, cast: Cast, web: WebServer
) -> None:
    browser = Subscribed(web)
    context = new_context(**WIDE)
    context.grant_permissions(["notifications"], origin=server.url)
    context.add_init_script(OURS % json.dumps(browser.json()))
    page = context.new_page()
    page.goto(f"{server.url}/console/login?next=/console/alerts")
    page.locator("input[name=email]").fill("anna@demo.example")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.get_by_role("button", name="Включить в этом браузере").click()
    expect(page.get_by_text("Включено в этом браузере")).to_be_visible()
    with house.storage.begin() as tx:
        about = Alert("callback_missed", cast.site.id, "cb1", house.clock.now(), {"phone": "+79123456789"})
        assert house.notify.alerts.alert(tx, about) == 1
    until = time.monotonic() + 10
    while not web.received and time.monotonic() < until:
        page.wait_for_timeout(50)
    push(context, page, server.url, browser.read(web.received[0].body).decode())
    page.wait_for_function("navigator.serviceWorker.ready.then(r => r.getNotifications()).then(l => l.length)")
    assert shown(page) == [["Пропущен обратный звонок", "/console/calls"]]


def push(context: BrowserContext, page: Page, origin: str, said: str) -> None:
    """Hand the browser what its push service would hand it."""
    known: list[dict[str, Any]] = []
    devtools = context.new_cdp_session(page)
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda event: known.extend(event["registrations"]))
    devtools.send("ServiceWorker.enable")
    while not known:
        page.wait_for_timeout(50)
    worker = {"origin": origin, "registrationId": known[0]["registrationId"]}
    devtools.send("ServiceWorker.deliverPushMessage", worker | {"data": said})


def test_the_outcome_of_a_test_appears_by_itself(operator: Callable[..., Watched], web: WebServer) -> None:
    web.will_say(500, "deploy in progress")
    olga = operator("olga").page
    olga.goto(olga.url.replace("/console/", "/console/alerts/new/webhook"))
    olga.get_by_label("Адрес").fill(web.url)
    olga.get_by_role("button", name="Сохранить").click()
    olga.get_by_role("link", name="К оповещениям").click()
    olga.get_by_role("button", name="Проверить").click()
    expect(olga.get_by_text("500 deploy in progress").first).to_be_visible()
    olga.get_by_role("button", name="Отправить ещё раз").click()
    for _ in range(100):
        if len(web.received) == 2:
            break
        olga.wait_for_timeout(50)
    assert len({one.headers["webhook-id"] for one in web.received}) == 1
