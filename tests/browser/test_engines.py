"""The visitor's whole way in Chromium, Firefox and WebKit: the same steps, a strict page of another origin."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Shop, Stage
from tests.browser.desk import Desk
from tests.browser.firefox import firefox
from tests.browser.tabs import Tab, chromium, wait
from tests.browser.webkit import webkit

# Before the widget: notes every complaint, and where the page's own heading stands.
WATCH = """
window.complaints = [];
for (const level of ["error", "warn", "log", "info"]) console[level] = (...said) => complaints.push(said.join(" "));
addEventListener("error", (event) => complaints.push(String(event.message)));
addEventListener("unhandledrejection", (event) => complaints.push(String(event.reason)));
addEventListener("securitypolicyviolation", (event) => complaints.push(event.violatedDirective));
window.places = new Set();
const look = () => { const at = document.querySelector("h1")?.getBoundingClientRect();
  if (at) places.add([at.x, at.y, at.width, at.height].join()); requestAnimationFrame(look); };
look();
"""


class WatchedShop(Shop):
    def answer(self, path: str) -> str:
        return WATCH if path == "/watch.js" else super().answer(path)

    def page(self) -> str:
        return super().page().replace("<script async", '<script src="/watch.js"></script><script async')

    def policy(self) -> str:
        own = super().policy().replace("script-src", "script-src 'self'")
        return own.replace("img-src", "img-src 'self'")  # Firefox asks for a favicon of its own accord


@pytest.fixture(params=["chromium", "firefox", "webkit"])
def tab(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Tab]:
    engines: dict[str, Callable[[], AbstractContextManager[Tab]]] = {
        "chromium": lambda: chromium(browser),
        "firefox": firefox,
        "webkit": webkit,
    }
    with engines[request.param]() as opened:
        yield opened


@pytest.fixture
def watched_shop(stage: Stage) -> Iterator[Shop]:
    made = WatchedShop(stage.server.url)
    yield made
    made.close()


def until(look: Callable[[], Any]) -> Any:
    end = time.monotonic() + 15
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError("never came")


def test_the_whole_way(tab: Tab, watched_shop: Shop, stage: Stage) -> None:
    anna = Desk(stage.server.url)
    stage.house.operators.sign_of_life(stage.cast.anna.id)
    tab.go(watched_shop.url)
    wait(tab, ".pill")
    chat_there_and_back(tab, anna)
    tab.go(watched_shop.url + "next")
    wait(tab, ".pill")
    tab.run("() => CallWidget.open('chat')")
    wait(tab, ".own .body", f"{tab.name}: 1,4 × 1,5?")
    wait(tab, ".line:not(.own) .body", f"27 800 for {tab.name}")
    order_a_call(tab, anna)
    assert tab.run("() => complaints") == []
    assert len(tab.run("() => [...places]")) == 1  # nothing of the page moved


def chat_there_and_back(tab: Tab, anna: Desk) -> None:
    tab.press(".pill")
    wait(tab, "[role=dialog]")
    tab.press(".row", "Написать в чат")
    wait(tab, "textarea")
    question = f"{tab.name}: 1,4 × 1,5?"
    tab.keys("textarea", question)
    tab.press(".send")
    conversation = until(lambda: anna.find(question))
    anna.say(conversation, f"27 800 for {tab.name}")
    wait(tab, ".line:not(.own) .body", f"27 800 for {tab.name}")


def order_a_call(tab: Tab, anna: Desk) -> None:
    tab.press("button", "Назад")
    wait(tab, ".phone")
    tab.press(".primary", "Перезвоните мне")
    wait(tab, ".error", "Введите")
    number = {"chromium": "9123456781", "firefox": "9123456782", "webkit": "9123456783"}[tab.name]
    tab.keys(".phone", number)
    tab.press("input[type=checkbox]")
    tab.press(".primary", "Перезвоните мне")
    wait(tab, ".ring")
    assert f"+7{number}" in until(anna.ringing)
