"""One visitor's tab in any browser: what the same scenario needs of Chromium, Firefox and WebKit.

Elements are found by our own script inside the widget's shadow root; presses and keys are the browser's own, trusted
ones.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from playwright.sync_api import Browser, Page

from tests.browser.conftest import DESKTOP

FIND = """(css, words) => {
  const roots = [...document.querySelectorAll("call-widget")].map((one) => one.shadowRoot);
  const said = (one) => (one.getAttribute("aria-label") || "") + one.textContent;
  return roots.flatMap((one) => [...one.querySelectorAll(css)])
    .find((one) => one.checkVisibility({ visibilityProperty: true }) && said(one).includes(words)) || null;
}"""
SEEN = f"(css, words) => !!({FIND})(css, words)"
PATIENCE_SECONDS = 20


class Tab(Protocol):
    name: str

    def go(self, url: str) -> None: ...
    def run(self, function: str, *given: object) -> Any: ...
    def press(self, css: str, words: str = "") -> None: ...
    def keys(self, css: str, text: str) -> None: ...


def wait(tab: Tab, css: str, words: str = "") -> None:
    """Wait until something like it can be seen in the widget."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if tab.run(SEEN, css, words):
            return
        time.sleep(0.05)
    raise AssertionError(f"{tab.name} never showed {css} with “{words}”")


class ChromiumTab:
    name = "chromium"

    def __init__(self, page: Page) -> None:
        self._page = page

    def go(self, url: str) -> None:
        self._page.goto(url)

    def run(self, function: str, *given: object) -> Any:
        return self._page.evaluate(f"(given) => ({function})(...given)", list(given))

    def _find(self, css: str, words: str) -> Any:
        return self._page.evaluate_handle(f"(given) => ({FIND})(...given)", [css, words]).as_element()

    def press(self, css: str, words: str = "") -> None:
        self._find(css, words).click()

    def keys(self, css: str, text: str) -> None:
        self._find(css, "").type(text)


@contextmanager
def chromium(browser: Browser) -> Iterator[Tab]:
    with browser.new_context(viewport={"width": 447, "height": 806}, user_agent=DESKTOP) as context:
        yield ChromiumTab(context.new_page())
